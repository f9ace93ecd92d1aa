import 'server-only'
import { importMetadataFrom } from '@/lib/fido-metadata/commands'
import { freshnessOf } from '@/lib/fido-metadata/standing'
import { findList } from '@/lib/fido-metadata/store'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'

/**
 * Asked every hour by every instance, done once in six hours by one: fetches the list of authenticator models where the operator
 * named an address, and says so in the log when a list is overdue, however it came here.
 *
 * @see SEC-036
 */
export async function refreshMetadata(): Promise<void> {
  const turn = await consume(db(), throttleKey('fidoMetadata'), { max: 1, windowSeconds: 6 * 3600 }, now())
  if (!turn.allowed) return
  const url = env().FIDO_METADATA_URL
  try {
    const result = url === null ? null : await importMetadataFrom(url)
    if (result && !result.ok) log.error('fido_metadata.refused', { code: result.reason })
    if (result?.ok && result.outcome === 'imported') log.info('fido_metadata.imported', { count: result.models })
  } finally {
    const list = await findList(db())
    const freshness = list ? freshnessOf(list.nextUpdateAt, now()) : 'current'
    if (freshness !== 'current') log.warn('fido_metadata.overdue', { code: freshness })
  }
}

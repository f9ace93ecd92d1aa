import 'server-only'
import { readFileSync } from 'node:fs'
import { record } from '@/lib/audit/record'
import { readCertificate } from '@/lib/authentication-methods/kinds/certificate'
import { bySystem } from '@/lib/directory/commands'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { download } from '@/lib/platform/download'
import { ConfigurationError, env } from '@/lib/platform/env'
import { randomUUID } from '@/lib/platform/random'
import { type BlobRoot, readBlob } from './blob'
import { globalSignRootR3 } from './global-sign-root-r3'
import type { ImportResult, MetadataRefusal } from './model'
import { freshnessOf } from './standing'
import { findList, lockList, replaceList } from './store'

/** Whose name the signer's certificate carries under the public root. */
const signerHosts = ['mds.fidoalliance.org', 'mds3.fidoalliance.org']

/**
 * Takes over a BLOB, whole or not at all. Refused are one that is not signed under the pinned root, one whose number is
 * lower than that of the last, and one that enforced attestation could not rest on any more; each refusal is recorded, too. The same
 * number again changes nothing. `source` is where it came from, for the audit trail.
 */
export async function importMetadata(text: string, source: string): Promise<ImportResult> {
  const at = now()
  // Before the transaction: megabytes are read and signatures checked.
  const read = readBlob(text, pinnedRoots(), at)
  return transaction(async (tx) => {
    const by = bySystem(at, randomUUID())
    const event = { activity: 'metadataImported', at, actor: by.actor, origin: by.origin } as const
    const refuse = async (reason: MetadataRefusal): Promise<ImportResult> => {
      await record(tx, { ...event, outcome: 'failure', reason, after: { source } })
      return { ok: false, reason }
    }
    if (!read.ok) return refuse(read.reason)
    const { list } = read
    const about = { number: list.number, nextUpdateAt: list.nextUpdateAt, models: list.models.length }
    await lockList(tx)
    const stored = await findList(tx)
    if (stored && list.number < stored.number) return refuse('rollback')
    if (stored?.number === list.number) return { ok: true, outcome: 'unchanged', ...about }
    if (freshnessOf(list.nextUpdateAt, at) === 'stale') return refuse('stale')
    await replaceList(tx, list, source, at)
    await record(tx, {
      ...event,
      outcome: 'success',
      before: { number: stored?.number ?? null },
      after: { ...about, nextUpdateAt: about.nextUpdateAt.toISOString(), source },
    })
    return { ok: true, outcome: 'imported', ...about }
  })
}

/** The same from an https address. Throws when it does not answer with a list in time and of a bearable size. */
export async function importMetadataFrom(url: string): Promise<ImportResult> {
  const text = await download(url, {
    bytesMax: limits.fidoMetadata.bytesMax,
    milliseconds: limits.fidoMetadata.downloadMilliseconds,
  })
  return importMetadata(text, url)
}

/** The operator's roots, or that of the FIDO Alliance. Throws `ConfigurationError`. */
function pinnedRoots(): readonly BlobRoot[] {
  const file = env().FIDO_METADATA_ROOT_FILE
  if (file === null) {
    return rootsIn(globalSignRootR3).map((certificate) => ({ certificate, signerHosts }))
  }
  try {
    const roots = rootsIn(readFileSync(file, 'utf8'))
    if (roots.length > 0) return roots.map((certificate) => ({ certificate, signerHosts: null }))
  } catch {
    // Said below: what is wrong with the file is one sentence, whatever it is.
  }
  throw new ConfigurationError('set FIDO_METADATA_ROOT_FILE to a readable file with certificates in PEM')
}

function rootsIn(pem: string) {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)].map(
    ([, base64 = '']) => readCertificate(Buffer.from(base64, 'base64')),
  )
}

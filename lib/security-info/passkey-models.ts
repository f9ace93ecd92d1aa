import 'server-only'
import type { ModelView } from '@/lib/fido-metadata/model'
import { modelViews } from '@/lib/fido-metadata/store'
import { db } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'

/**
 * What is known of the models of these passkeys, by AAGUID; asks nothing when there are none. The AAGUID may be a claim: for display
 * and for warnings only.
 */
export function passkeyModels(methods: readonly RegisteredMethod[], at: Date): Promise<ReadonlyMap<string, ModelView>> {
  const aaguids = methods.flatMap(({ detail }) => (detail.kind === 'passkey' ? [detail.aaguid] : []))
  return modelViews(db(), aaguids, at)
}

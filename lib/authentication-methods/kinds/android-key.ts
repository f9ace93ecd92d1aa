import type { Certificate } from './certificate'
import { childrenOf, type DerItem, expectDer, insideOf, integerOf, readDer } from './der'

/**
 * What Android's key attestation says of a key, from the extension of its certificate: made for this ceremony, for one
 * application, inside the device, to sign.
 *
 * A key of hardware must say where it came from and what it is for in the list that the hardware enforces. A key of software
 * (level 0) says it in either list or not at all, as in the specification's own vector; no anchor of metadata trusts it.
 *
 * @see WebAuthn L3 §8.4, §8.4.1; Android keystore attestation, KeyDescription
 */
export function androidKeySays(leaf: Certificate, clientDataHash: Uint8Array): boolean {
  const extension = leaf.extensions.get('1.3.6.1.4.1.11129.2.1.17')
  if (!extension) return false
  const [, level, , , challenge, , software, hardware] = childrenOf(expectDer(readDer(extension.value), 'sequence'))
  if (!Buffer.from(expectDer(challenge, 'octetString').content).equals(clientDataHash)) return false
  const isHardware = integerOf(expectDer(level, 'enumerated')) > 0
  const lists = [software, hardware].map((list) => childrenOf(expectDer(list, 'sequence')))
  const [bySoftware = [], byHardware = []] = lists
  const all = [...bySoftware, ...byHardware]
  const enforced = isHardware ? byHardware : all
  if (find(all, tags.allApplications)) return false
  const [origin, purpose] = [find(enforced, tags.origin), find(enforced, tags.purpose)]
  if (isHardware && (!origin || !purpose)) return false
  const isGenerated = !origin || integerOf(expectDer(insideOf(origin), 'integer')) === generated
  return isGenerated && (!purpose || purposesOf(purpose).includes(sign))
}

const tags = { purpose: 1, allApplications: 600, origin: 702 } as const
/** KM_ORIGIN_GENERATED and KM_PURPOSE_SIGN */
const generated = 0
const sign = 2

function find(list: readonly DerItem[], tag: number): DerItem | undefined {
  return list.find((item) => item.tagClass === 'context' && item.tag === tag)
}

function purposesOf(purpose: DerItem): number[] {
  return childrenOf(expectDer(insideOf(purpose), 'set')).map((item) => integerOf(expectDer(item, 'integer')))
}

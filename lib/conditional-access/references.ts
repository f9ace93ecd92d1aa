import type { StoredPolicy } from './model'

/**
 * The policies whose JSON names the id anywhere, in any state. The text is searched rather than the known members, so
 * that a policy which this version cannot read still keeps what it names.
 */
export function usedBy<Policy extends Pick<StoredPolicy, 'document'>>(
  policies: readonly Policy[],
  id: string,
): readonly Policy[] {
  const wanted = id.toLowerCase()
  return policies.filter((policy) => JSON.stringify(policy.document).toLowerCase().includes(wanted))
}

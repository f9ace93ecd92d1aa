import 'server-only'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import { readMfaTrustedIps, saveMfaTrustedIps } from '../mfa-trusted-ips-store'
import type { ConditionalAccessFailureCode } from '../model'
import { type RangeNotice, readRange } from '../network'
import { type Asking, change } from './change'
import { keepingAWayIn, noneLeft } from './guard'

export type SavedTrustedIps = { readonly ranges: readonly string[]; readonly notices: readonly RangeNotice[] }

/**
 * Replaces the MFA trusted IPs, the older list of IPv4 ranges that counts among *All trusted locations*. An empty list
 * is allowed. Fails with `changed_meanwhile`, `too_many_ranges`, as `readRange` does, with `invalid_trusted_ip` for IPv6,
 * and with `no_administrator_left`.
 *
 * @see `30` §3
 */
export function updateMfaTrustedIps(
  asking: Asking,
  input: { readonly ranges: readonly string[]; readonly version: number },
): Promise<Result<SavedTrustedIps, ConditionalAccessFailureCode>> {
  return change(
    asking,
    { activity: 'mfaTrustedIpsUpdated', right: 'namedLocation.update', target: 'namedLocation', id: 'mfaTrustedIps' },
    async (the) => {
      if (input.ranges.length > limits.conditionalAccess.mfaTrustedRangesMax)
        return fail('invalid', 'conditionalAccess.too_many_ranges', { field: 'ranges' })
      const ranges = new Set<string>()
      const notices: RangeNotice[] = []
      for (const text of input.ranges) {
        const read = readRange(text, 'ranges')
        if (!read.ok) return read
        const { cidrAddress } = read.value.range
        if (cidrAddress.includes(':'))
          return fail('invalid', 'conditionalAccess.invalid_trusted_ip', {
            field: 'ranges',
            details: { range: text.slice(0, 64) },
          })
        notices.push(...read.value.notices)
        if (ranges.has(cidrAddress)) notices.push({ kind: 'duplicate', range: cidrAddress, becomes: cidrAddress })
        ranges.add(cidrAddress)
      }
      const before = await readMfaTrustedIps(the.tx)
      return keepingAWayIn<SavedTrustedIps, ConditionalAccessFailureCode>(
        the.tx,
        the.at,
        async () => {
          if (!(await saveMfaTrustedIps(the.tx, [...ranges], input.version, the.at)))
            return fail('refused', 'conditionalAccess.changed_meanwhile')
          await the.log(
            { id: 'mfaTrustedIps', displayName: 'MFA trusted IPs' },
            { trustedIps: before.ranges },
            { trustedIps: [...ranges] },
          )
          return ok({ ranges: [...ranges], notices })
        },
        noneLeft,
      )
    },
  )
}

import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { loadMfaTrustedRanges } from './store'

/** The MFA trusted IPs with the version of their row; version 0 while nothing was stored. */
export async function readMfaTrustedIps(
  tx: Tx,
): Promise<{ readonly ranges: readonly string[]; readonly version: number }> {
  const row = await tx.tenantPolicy.findUnique({ where: { name }, select: { version: true } })
  return { ranges: await loadMfaTrustedRanges(tx), version: row?.version ?? 0 }
}

/** False when `expectedVersion` is no longer the version stored. What else the row holds is left as it is. */
export async function saveMfaTrustedIps(
  tx: Tx,
  trustedIps: readonly string[],
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  if (expectedVersion === 0) {
    const data = [{ name, document: { trustedIps: [...trustedIps] }, modifiedAt }]
    return (await tx.tenantPolicy.createMany({ data, skipDuplicates: true })).count === 1
  }
  const count = await tx.$executeRaw`
    UPDATE tenant_policy SET document = document || jsonb_build_object('trustedIps', ${JSON.stringify(trustedIps)}::jsonb),
      version = version + 1, modified_at = ${modifiedAt.toISOString()}::timestamptz
    WHERE name = ${name} AND version = ${expectedVersion}`
  return count === 1
}

const name = 'mfaServiceSettings'

import 'server-only'
import { z } from 'zod'
import { methodKindSchema } from '@/lib/authentication-methods/model'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { rolesWith } from '@/lib/directory/rights'
import { loadSubjectWith } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { countryOfAddress } from '@/lib/platform/geo'
import { Prisma } from '@/prisma/client/client'
import { type Administrator, administratorFrom } from './administrator'

/**
 * Everybody with an enabled account who could repair policies: the Global Administrators and whoever may change
 * Conditional Access, with what they hold now by the methods policy as it stands in this transaction.
 */
export async function listAdministrators(tx: Tx, at: Date): Promise<readonly Administrator[]> {
  const policy = await loadMethodsPolicy(tx)
  const since = secondsFrom(at, -limits.lockoutGuard.usualPlacesDays * 86_400)
  const administrators: Administrator[] = []
  for (const userId of await repairerIds(tx)) {
    const found = await loadSubjectWith<Row>(tx, userId, heldBy(at, since))
    if (!found) continue
    const { hasPassword, hasBusinessPhone, methods, addresses } = found.more
    const usualPlaces = addresses.map((address) => ({ address, country: countryOfAddress(address) ?? undefined }))
    const facts = {
      subject: found.subject,
      hasPassword,
      hasBusinessPhone,
      methods: heldSchema.parse(JSON.parse(methods)),
    }
    administrators.push(administratorFrom({ ...facts, usualPlaces }, policy))
  }
  return administrators
}

async function repairerIds(tx: Tx): Promise<readonly string[]> {
  const holders = await tx.roleAssignment.findMany({
    where: { roleId: { in: [...rolesWith('conditionalAccess.update')] }, user: { accountEnabled: true } },
    distinct: ['userId'],
    orderBy: { userId: 'asc' },
    select: { userId: true },
  })
  return holders.map(({ userId }) => userId)
}

type Row = {
  readonly hasPassword: boolean
  readonly hasBusinessPhone: boolean
  /** JSON as text. */
  readonly methods: string
  readonly addresses: readonly string[]
}

const heldSchema = z.array(
  z.object({
    kind: methodKindSchema,
    passkey: z.object({ aaguid: z.string(), backupEligible: z.boolean(), isAttested: z.boolean() }).nullable(),
  }),
)

/** A password that was only lent and has ended is none. Sign-ins are looked for among the newest, so that it stays quick. */
function heldBy(at: Date, since: Date): Prisma.Sql {
  return Prisma.sql`,
    has_password AND (temporary_password_ends_at IS NULL OR temporary_password_ends_at > ${at.toISOString()}::timestamptz)
      AS "hasPassword",
    business_phone IS NOT NULL AS "hasBusinessPhone",
    (SELECT coalesce(json_agg(json_build_object('kind', method.kind, 'passkey',
        CASE WHEN passkey.method_id IS NULL THEN NULL ELSE json_build_object('aaguid', passkey.aaguid,
          'backupEligible', passkey.backup_eligible, 'isAttested', passkey.is_attested) END)), '[]')::text
      FROM authentication_method method LEFT JOIN passkey ON passkey.method_id = method.id
      WHERE method.user_id = person.id AND method.disabled_at IS NULL) AS methods,
    ARRAY(SELECT DISTINCT client_address FROM (
        SELECT client_address FROM sign_in_log
        WHERE sign_in_log.user_id = person.id AND at > ${since.toISOString()}::timestamptz AND error_code = 0
          AND client_address IS NOT NULL
        ORDER BY at DESC LIMIT ${limits.lockoutGuard.signInsLookedAt}) recent
      LIMIT ${limits.lockoutGuard.usualPlacesMax}) AS addresses`
}

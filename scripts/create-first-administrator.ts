import 'server-only'
import { record } from '@/lib/audit/record'
import { newPass } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { addFirstAdministrator, bySystem } from '@/lib/directory/commands'
import { hashSecret } from '@/lib/password/hashing'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { ok, type Result } from '@/lib/result'
import { provisionMethod } from '@/lib/security-info/provision'

/** Long enough to sign in and register; a pass that nobody used is worth nothing an hour later. */
const passLifetimeSeconds = 3600
/** Longer than passes for people: this one opens the whole installation. */
const passLength = 16

/**
 * Makes the first Global Administrator and a one-time Temporary Access Pass of 60 minutes for them, all or nothing. The
 * pass is in the answer and nowhere else. Refuses with `directory.administrator_exists` when somebody holds the role,
 * with `directory.user_principal_name_invalid`, `directory.display_name_invalid` or `directory.user_exists`, and with
 * `service.busy` when hashing cannot be done now.
 *
 * @see SEC-257
 */
export async function createFirstAdministrator(input: {
  readonly userPrincipalName: string
  readonly displayName: string
}): Promise<Result<{ readonly temporaryAccessPass: string; readonly expiresAt: Date }>> {
  const { defaultLength, state } = (await loadMethodsPolicy(db())).methods.temporaryAccessPass
  // The policy cannot be asked to make an exception: whoever runs the host must be able to turn it on again.
  if (state !== 'enabled') throw new Error('the authentication methods policy has Temporary Access Pass switched off')
  const temporaryAccessPass = newPass(Math.max(defaultLength, passLength))
  const passHash = await hashSecret(temporaryAccessPass)
  if (!passHash.ok) return passHash
  const at = now()
  const expiresAt = secondsFrom(at, passLifetimeSeconds)
  const by = bySystem(at, randomUUID())
  return transaction(async (tx) => {
    const added = await addFirstAdministrator(tx, input, by)
    if (!added.ok) return added
    const userId = added.value.id
    const methodId = await provisionMethod(tx, {
      userId,
      method: {
        ...{ kind: 'temporaryAccessPass', passHash: passHash.value, startsAt: at, expiresAt },
        ...{ isUsableOnce: true, createdById: null },
      },
      at,
    })
    await record(tx, {
      ...{ activity: 'adminRegistered', at, outcome: 'success', actor: by.actor, origin: by.origin },
      target: { kind: 'user', id: userId, name: input.userPrincipalName.trim().toLowerCase() },
      method: { kind: 'temporaryAccessPass', id: methodId },
    })
    return ok({ temporaryAccessPass, expiresAt })
  })
}

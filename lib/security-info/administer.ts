import 'server-only'
import { record, recordAlone } from '@/lib/audit/record'
import { newPass, type PassRequest, passTerms } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import { type MethodKind, phoneKinds } from '@/lib/authentication-methods/model'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { refusalToActOn } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { fail, ok, type Result } from '@/lib/result'
import { endSessionsOf, reloadSession } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { type Asking, changeAsAdministrator, isFreshAdministrator, lockBoth } from './change'
import { removeRow } from './manage'
import { nameInNotice } from './view'

/** What administrators do with somebody else's security info. Never with their own, never above themselves. */

export type IssuedPass = {
  /** In clear, for the one answer that shows it. */
  readonly pass: string
  readonly startsAt: string
  readonly expiresAt: string
  readonly isUsableOnce: boolean
}

/** Creates a pass and answers it once; one that was there is replaced. Failures: `form.invalid` with the field, `directory.…`. */
export async function issuePass(
  asking: Asking,
  input: { readonly targetId: string; readonly request: PassRequest },
): Promise<Result<IssuedPass>> {
  const policy = (await loadMethodsPolicy(db())).methods.temporaryAccessPass
  const asked = passTerms(input.request, policy, now())
  if (!asked.ok) return asked
  const pass = newPass(asked.value.length)
  const hashed = await hashSecret(pass)
  if (!hashed.ok) return hashed
  return changeAsAdministrator<IssuedPass>(
    asking,
    {
      activity: 'adminRegistered',
      kind: 'temporaryAccessPass',
      right: 'temporaryAccessPass.create',
      targetId: input.targetId,
    },
    async (context) => {
      const { facts, tx, at } = context
      const old = facts.methods.find(({ kind }) => kind === 'temporaryAccessPass')
      const others = facts.methods.filter((method) => method !== old).map(({ kind }) => kind)
      const permission = mayRegister(facts.methodsPolicy, facts.subject, 'temporaryAccessPass', others, 'administrator')
      if (!permission.allowed) return fail('refused', 'registration.method_not_allowed')
      // Hashing took its time: what counts is the policy as it stands now.
      const terms = passTerms(input.request, facts.methodsPolicy.methods.temporaryAccessPass, at)
      if (!terms.ok) return terms
      const { startsAt, expiresAt, isUsableOnce } = terms.value
      if (old) await removeRow(context, old)
      const { id: methodId } = await insertMethod(
        tx,
        input.targetId,
        {
          kind: 'temporaryAccessPass',
          passHash: hashed.value,
          startsAt,
          expiresAt,
          isUsableOnce,
          createdById: asking.session.userId,
        },
        'admin',
        at,
      )
      await tell(tx, input.targetId, 'passCreated', { at: at.toISOString(), by: 'administrator' })
      return ok({
        value: { pass, startsAt: startsAt.toISOString(), expiresAt: expiresAt.toISOString(), isUsableOnce },
        event: {
          reason: old ? 'replaced' : undefined,
          method: { kind: 'temporaryAccessPass', id: methodId },
          after: { startsAt: startsAt.toISOString(), expiresAt: expiresAt.toISOString(), isUsableOnce },
        },
      })
    },
  )
}

/** Deletes one method of somebody else, a pass too. Failures: `security_info.not_found`, `directory.…`. */
export async function removeMethodOf(
  asking: Asking,
  input: { readonly targetId: string; readonly methodId: string },
): Promise<Result<undefined>> {
  return changeAsAdministrator<undefined>(
    asking,
    { activity: 'adminDeleted', kind: null, right: 'methods.update', targetId: input.targetId },
    async (context) => {
      const method = context.facts.methods.find(({ id }) => id === input.methodId)
      if (!method) return fail('refused', 'security_info.not_found')
      await removeRow(context, method)
      await tell(
        context.tx,
        input.targetId,
        'methodRemoved',
        { at: context.at.toISOString(), method: nameInNotice(method), by: 'administrator' },
        { alsoTo: method.detail.kind === 'email' ? method.detail.emailAddress : null },
      )
      return ok({ value: undefined, event: { method: { kind: method.kind, id: method.id } } })
    },
  )
}

/**
 * Deletes phone numbers, authenticator apps and recovery codes, deactivates hardware tokens, and asks for new ones at the next sign-in that needs MFA; passkeys, email
 * and a pass stay. Answers how many went.
 */
export async function requireReregistration(
  asking: Asking,
  targetId: string,
): Promise<Result<{ readonly removed: number }>> {
  return changeAsAdministrator(
    asking,
    { activity: 'reregistrationRequired', kind: null, right: 'users.requireReregistration', targetId },
    async (context) => {
      const asked: readonly MethodKind[] = [...phoneKinds, 'softwareOath', 'hardwareOath', 'recoveryCodes']
      const going = context.facts.methods.filter(({ kind }) => asked.includes(kind))
      // A hardware token stays the person's and has to be activated again.
      for (const method of going) await removeRow(context, method, { keepsToken: true })
      await context.tx.user.update({ where: { id: targetId }, data: { mustReregisterSince: context.at } })
      const notice = { at: context.at.toISOString(), by: 'administrator', methods: going.map(nameInNotice) } as const
      await tell(context.tx, targetId, 'reregistrationRequired', notice)
      return ok({
        value: { removed: going.length },
        event: { after: { removed: going.map(({ kind, id }) => ({ kind, id })) } },
      })
    },
  )
}

/** Ends all sessions of somebody else. Failures: `directory.…`. */
export async function revokeSessionsOf(asking: Asking, targetId: string): Promise<Result<{ readonly ended: number }>> {
  const at = now()
  const about = {
    activity: 'sessionsRevoked' as const,
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user' as const, id: targetId },
    correlationId: asking.session.correlationId,
  }
  const result = await transaction<Result<{ ended: number }>>(async (tx) => {
    if (!(await lockBoth(tx, targetId, asking.session.userId))) return fail('refused', 'directory.not_found')
    const session = await reloadSession(tx, asking.session.id, asking.session.userId, at)
    const actor = session ? await loadSubject(tx, session.userId) : null
    const target = await loadSubject(tx, targetId)
    if (session?.stage !== 'full' || !actor || !target) return fail('refused', 'sign_in.session_ended')
    const refusal = refusalToActOn(actor, 'sessions.revoke', target)
    if (refusal) return fail('refused', refusal)
    if (!isFreshAdministrator(session, at)) return fail('refused', 'directory.fresh_required')
    const ended = await endSessionsOf(tx, targetId)
    await record(tx, { ...about, outcome: 'success', after: { ended } })
    await tell(tx, targetId, 'sessionsRevoked', { at: at.toISOString(), by: 'administrator' })
    return ok({ ended })
  })
  if (!result.ok) await recordAlone({ ...about, outcome: 'failure', reason: result.failure.code })
  return result
}

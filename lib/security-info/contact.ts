import 'server-only'
import { codeHash, codeMatches, newCode, resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { splitExtension } from '@/lib/authentication-methods/kinds/phone'
import { isPhoneKind, type PhoneMode } from '@/lib/authentication-methods/model'
import { lockUser } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { deliveryState, queueCall, queueMail, queueSms, wakeOutbox } from '@/lib/notifications/outbox'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, type Tx } from '@/lib/platform/db'
import {
  consumeChallenge,
  findChallenge,
  isChallengeUsed,
  noteMessage,
  openChallenge,
  replaceCode,
  spendAttempt,
} from '@/lib/registered-methods/challenge'
import type { Challenge, ChallengeKind, RegisteredMethod } from '@/lib/registered-methods/model'
import { insertMethod, replaceContact } from '@/lib/registered-methods/store/change'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { tell } from '@/lib/sign-in/tell'
import { confirmSends } from '@/lib/throttle/send-brakes'
import { consumeSendBudget } from '@/lib/throttle/store'
import { refuseFinish, type Starting, startCeremony } from './ceremony'
import { type Asking, type ChangeContext, changeOwn, refusalToRegister } from './change'
import {
  type ContactInput,
  contactOf,
  isSameContact,
  maskContact,
  parseContact,
  readableContact,
  refusalOfSecondUse,
  rowOf,
} from './contact-value'
import type { ContactKind, PendingContact } from './model'
import { waysToPhone } from './phone-ways'
import { signsInFromNowOn } from './text-sign-in'

/**
 * A phone number or an email address: a code goes to it, by text message, call or mail, and only whoever reads or hears
 * the code makes it a method. Changing works the same way on the method that is there; the old value stays until the new
 * one is confirmed.
 */
const kindOf = {
  mobilePhone: 'phone',
  alternateMobilePhone: 'alternateMobilePhone',
  officePhone: 'officePhone',
  email: 'email',
} as const satisfies Record<ContactKind, ChallengeKind>

/** What a notice calls it. */
const titles: Readonly<Record<ContactKind, string>> = {
  mobilePhone: 'Phone number',
  alternateMobilePhone: 'Alternate phone number',
  officePhone: 'Office phone number',
  email: 'Email address',
}

/**
 * Sends a first code to `contact` (as typed), the way `by` says. Failures: the format's own, `registration.already_registered` when it is
 * the value that is registered, `registration.too_many_codes`, `registration.texts_paused`, those of the gate and the limits.
 */
export async function startContact(asking: Starting, input: ContactInput): Promise<Result<undefined>> {
  const result = await startCeremony(asking, input.kind, async (context) => {
    // In here, so that a number or an address that will not do is in the trail like every other refusal.
    const parsed = parseContact(input, context.facts.subject.userPrincipalName)
    if (!parsed.ok) return parsed
    const present = presentOf(context, input.kind)
    if (present && isSameContact(contactOf(present), parsed.value))
      return fail('refused', 'registration.already_registered', { field: 'contact' })
    const refusal = present ? refusalToUse(context, input.kind) : refusalToRegister(context, input.kind)
    if (refusal) return refusal
    const by = wayOf(context, input)
    if (by === null) return fail('refused', 'registration.method_not_allowed')
    const elsewhere = refusalOfSecondUse(context.facts.methods, input.kind, parsed.value)
    if (elsewhere) return elsewhere
    const pending = await findPending(asking, input.kind, context.at, context.tx)
    const isSame = pending?.data.contact === parsed.value && wayIn(pending) === by
    // Asked for twice, by a second press or by going back: the code that was just sent is the one to type.
    if (pending && isSame && resendWaitSeconds(pending, context.at) > 0) return ok()
    const code = newCode()
    const expiresAt = secondsFrom(context.at, limits.pendingEnrolmentSeconds)
    const codeExpiresAt = secondsFrom(context.at, limits.code.lifetimeSeconds)
    const sent = await send(context.tx, asking, { by, contact: parsed.value, code, codeExpiresAt }, context.at)
    if (!sent.ok) return sent
    await openChallenge(context.tx, {
      kind: kindOf[input.kind],
      purpose: 'register',
      sessionId: asking.session.id,
      userId: asking.session.userId,
      methodId: present?.id ?? null,
      data: { contact: parsed.value, by, messageId: sent.value },
      codeHash: (challengeId) => codeHash(challengeId, code),
      codeExpiresAt,
      sends: pending && isSame ? pending.sends + 1 : 1,
      expiresAt,
      at: context.at,
    })
    return ok()
  })
  if (result.ok) wakeOutbox()
  return result
}

/** How a code travels. */
type Way = PhoneMode | 'mail'

/** The way that was asked for, where it is open; null: it is not. */
function wayOf(context: ChangeContext, { kind, by }: ContactInput): Way | null {
  if (kind === 'email') return 'mail'
  const ways = waysToPhone(context.facts, kind)
  return by === undefined ? (ways[0] ?? null) : ways.includes(by) ? by : null
}

function wayIn({ kind, data }: Challenge): Way {
  if (kind === 'email') return 'mail'
  return data.by === 'voice' ? 'voice' : 'sms'
}

function presentOf(context: Pick<ChangeContext, 'facts'>, kind: ContactKind): RegisteredMethod | undefined {
  return context.facts.methods.find((method) => method.kind === kind)
}

/** Changing takes no new place; whether the policy allows the person this method is asked as for a new one. */
function refusalToUse(context: ChangeContext, kind: ContactKind): Fail | null {
  const methods = context.facts.methods.filter((method) => method.kind !== kind)
  return refusalToRegister({ ...context, facts: { ...context.facts, methods } }, kind)
}

async function send(
  tx: Tx,
  asking: Asking,
  message: {
    readonly by: Way
    readonly contact: string
    readonly code: string
    readonly codeExpiresAt: Date
  },
  at: Date,
): Promise<Result<string>> {
  const { userId } = asking.session
  const channel = message.by
  const budget = await consumeSendBudget(
    tx,
    {
      userId,
      destination: splitExtension(message.contact).phoneNumber,
      address: asking.origin.clientAddress,
      channel,
      signedIn: true,
    },
    at,
  )
  if (!budget.ok) return { ok: false, failure: { ...budget.failure, details: undefined } }
  const values = { code: message.code, purpose: 'register', lifetimeSeconds: limits.code.lifetimeSeconds } as const
  const to = message.contact
  const notAfter = message.codeExpiresAt
  switch (message.by) {
    case 'mail':
      return ok(await queueMail(tx, { userId, to, template: 'verificationCode', values, lane: 'code', notAfter }))
    case 'sms':
      return ok(await queueSms(tx, { userId, to, values, notAfter }))
    case 'voice':
      return ok(await queueCall(tx, { userId, to, values, notAfter }))
  }
}

/** The pending number or address, whole, for the page of the session that began it and for nobody else; null when none is pending. */
export async function pendingContact(
  asking: Pick<Asking, 'session'>,
  kind: ContactKind,
): Promise<PendingContact | null> {
  const at = now()
  const challenge = await findPending(asking, kind, at)
  if (!challenge) return null
  return {
    ...readableContact(kind, String(challenge.data.contact)),
    by: wayIn(challenge),
    resendInSeconds: resendWaitSeconds(challenge, at),
    delivery: await deliveryState(db(), String(challenge.data.messageId), at),
    isChange: challenge.methodId !== null,
  }
}

function findPending(
  asking: Pick<Asking, 'session'>,
  kind: ContactKind,
  at: Date,
  tx: Tx = db(),
): Promise<Challenge | null> {
  return findChallenge(tx, { sessionId: asking.session.id, kind: kindOf[kind], purpose: 'register' }, at)
}

/**
 * Sends a newer code; the older one dies, wrong tries go on counting. Failures: `registration.ceremony_expired`,
 * `registration.resend_too_early` (throttled), `registration.too_many_codes`, `registration.too_many_tries`.
 */
export async function resendContactCode(asking: Asking, kind: ContactKind): Promise<Result<undefined>> {
  const result = await startCeremony<undefined>(asking, kind, async ({ tx, at }) => {
    // One after the other: of two requests at once the second finds that a code was just sent.
    await lockUser(tx, asking.session.userId)
    const challenge = await findPending(asking, kind, at, tx)
    if (!challenge) return fail('refused', 'registration.ceremony_expired')
    // A newer code would be worth nothing: tries go on counting, and there are none left (SEC-062).
    if (challenge.attempts >= limits.code.attemptsMax) return fail('refused', 'registration.too_many_tries')
    const wait = resendWaitSeconds(challenge, at)
    if (wait > 0) return fail('throttled', 'registration.resend_too_early', { retryAfterSeconds: wait })
    const code = newCode()
    const codeExpiresAt = secondsFrom(at, limits.code.lifetimeSeconds)
    const message = { by: wayIn(challenge), contact: String(challenge.data.contact), code, codeExpiresAt }
    const sent = await send(tx, asking, message, at)
    if (!sent.ok) return sent
    const hash = codeHash(challenge.id, code)
    if (!(await replaceCode(tx, challenge, { hash, expiresAt: codeExpiresAt }, at))) {
      return fail('throttled', 'registration.resend_too_early', { retryAfterSeconds: limits.code.resendWaitSeconds[0] })
    }
    await noteMessage(tx, challenge, sent.value)
    return ok()
  })
  if (result.ok) wakeOutbox()
  return result
}

/**
 * Makes the pending number or address the method, when the code is right and the gate still says yes. Failures:
 * `registration.ceremony_expired`, `registration.code_mismatch`, `registration.code_expired`,
 * `registration.ceremony_used` (stored by an earlier call), `registration.too_many_tries`, those of the gate and the
 * limits.
 */
export async function confirmContact(
  asking: Asking,
  input: { readonly kind: ContactKind; readonly code: string },
): Promise<Result<{ readonly methodId: string }>> {
  const at = now()
  const challenge = await findPending(asking, input.kind, at)
  const refused = challenge?.codeHash ? await judge(challenge, input.code, at) : await gone(asking, input.kind, at)
  const activity = challenge?.methodId ? 'updated' : 'registered'
  if (!challenge || refused) {
    const why = refused ?? (await gone(asking, input.kind, at))
    return refuseFinish(asking, { activity, kind: input.kind }, why, at)
  }
  const contact = String(challenge.data.contact)
  return changeOwn(asking, { activity, kind: input.kind }, async (context) => {
    const { tx } = context
    // Found open a moment ago: another press of the same button was faster.
    if (!(await consumeChallenge(tx, challenge.id, context.at))) return fail('refused', 'registration.ceremony_used')
    const stored = challenge.methodId
      ? await change(context, challenge.methodId, input.kind, contact)
      : await add(context, input.kind, contact)
    if (!stored.ok) return stored
    const { methodId, old } = stored.value
    if (isPhoneKind(input.kind)) await confirmSends(tx, splitExtension(contact).phoneNumber, context.at)
    await tell(
      tx,
      asking.session.userId,
      old === null ? 'methodAdded' : 'methodChanged',
      {
        at: context.at.toISOString(),
        method: titles[input.kind],
        clientAddress: asking.origin.clientAddress,
        by: 'you',
      },
      input.kind === 'email' ? { except: contact, alsoTo: old } : {},
    )
    const by = wayIn(challenge)
    return ok({
      value: { methodId },
      event: {
        method: { kind: input.kind, id: methodId },
        before: old && maskContact(input.kind, old),
        after: maskContact(input.kind, contact),
      },
      // An email address proves nothing that signing in could use.
      ...(by === 'mail' ? {} : { proof: { mode: by, methodId, at: context.at.getTime(), registered: true } }),
    })
  })
}

/** No ceremony is open: it was used up by an earlier call, which stored what was asked for, or it ended. */
async function gone(asking: Asking, kind: ContactKind, at: Date): Promise<Fail> {
  const ceremony = { sessionId: asking.session.id, kind: kindOf[kind], purpose: 'register' } as const
  const isUsed = await isChallengeUsed(db(), ceremony, at)
  return fail('refused', isUsed ? 'registration.ceremony_used' : 'registration.ceremony_expired')
}

/** Null: the code is right. Whatever is judged costs one of five tries. */
async function judge(challenge: Challenge, code: string, at: Date): Promise<Fail | null> {
  if (challenge.codeExpiresAt && challenge.codeExpiresAt <= at)
    return fail('refused', 'registration.code_expired', { field: 'code' })
  if (!(await spendAttempt(db(), challenge.id, limits.code.attemptsMax, at))) {
    const { sessionId, kind, purpose } = challenge
    // Open a moment ago: either all tries are spent, or another press of the same button was faster.
    const isUsed = sessionId !== null && (await isChallengeUsed(db(), { sessionId, kind, purpose }, at))
    return isUsed
      ? fail('refused', 'registration.ceremony_used')
      : fail('refused', 'registration.too_many_tries', { field: 'code' })
  }
  return challenge.codeHash && codeMatches(challenge.id, code, challenge.codeHash)
    ? null
    : fail('refused', 'registration.code_mismatch', { field: 'code' })
}

/** It may have become another phone of theirs while the code was on its way. The form of the code has no field for it. */
function refusalToStore({ facts }: ChangeContext, kind: ContactKind, contact: string): Fail | null {
  return refusalOfSecondUse(facts.methods, kind, contact) && fail('refused', 'registration.already_registered')
}

type Stored = { readonly methodId: string; readonly old: string | null }

async function add(context: ChangeContext, kind: ContactKind, contact: string): Promise<Result<Stored>> {
  const refusal = refusalToRegister(context, kind) ?? refusalToStore(context, kind, contact)
  if (refusal) return refusal
  const row = rowOf(kind, contact, { isSmsSignInEnabled: await signsInFromNowOn(context, kind, contact) })
  return ok({
    methodId: (await insertMethod(context.tx, context.session.userId, row, 'user', context.at)).id,
    old: null,
  })
}

async function change(
  context: ChangeContext,
  methodId: string,
  kind: ContactKind,
  contact: string,
): Promise<Result<Stored>> {
  const method = context.facts.methods.find(({ id }) => id === methodId)
  const old = method ? contactOf(method) : null
  if (!method || old === null) return fail('refused', 'security_info.changed_elsewhere')
  const refusal = refusalToUse(context, kind) ?? refusalToStore(context, kind, contact)
  if (refusal) return refusal
  // Whoever had switched it off meant every number of theirs.
  const wasOn = 'isSmsSignInEnabled' in method.detail && method.detail.isSmsSignInEnabled
  const isSmsSignInEnabled = wasOn && (await signsInFromNowOn(context, kind, contact))
  await replaceContact(context.tx, methodId, rowOf(kind, contact, { isSmsSignInEnabled }), context.at)
  return ok({ methodId, old })
}

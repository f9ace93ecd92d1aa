import 'server-only'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { FormAction, FormAnswer, FormError } from '@/components/ui/form-answer'
import { may, type Right } from '@/lib/directory/rights'
import { failureMessage, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { classifyDatabaseError } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { currentRequest } from '@/lib/platform/request-context'
import { type Fail, type Failure, fail, failTogether, type Result } from '@/lib/result'
import { isFreshAdministrator } from '@/lib/security-info/change'
import type { IssuedTokens } from '@/lib/sign-in/going-on'
import type { SessionStage } from '@/lib/sign-in/model'
import { addressKey } from '@/lib/throttle/keys'
import { clearSessionCookies, writeSessionCookies } from './cookies'
import { type AskingVisit, askingVisit, type Visit, visit } from './desk'
import { isFormToken } from './form-token'
import { mayEnterAdminArea } from './page'
import { safeReturnTo } from './return-to'

/**
 * The desk that every form and every script's call passes, in this order: parse, form token, who is asking, gates,
 * command, answer. An `actions.ts` reads like a table of contents because all of that is here.
 */

/** Where the person goes next, or what stays on the page. `session` puts a new id into the browser. */
export type Outcome = {
  readonly go?: string
  readonly stay?: string
  readonly session?: IssuedTokens
  readonly signedOut?: boolean
}

type Who = 'anybody' | readonly SessionStage[]

/** One door: who may come, with what, and what happens. The list of stages is part of the type, so `run` knows its context. */
type Door<Schema extends z.ZodType, Asker extends Who, Value = never> = {
  /** Names the action in throttles and logs. */
  readonly name: string
  readonly who: Asker
  /** A door of the admin area: needs this right and the area's own cookie. */
  readonly right?: Right
  readonly schema: Schema
  /** Harmless fields that a refused form keeps. Never a password, a pass or a code. */
  readonly keep?: readonly string[]
  readonly run: (
    context: Asker extends 'anybody' ? Visit : AskingVisit,
    input: z.output<Schema>,
  ) => Promise<Result<Outcome & { readonly value?: Value }>>
}

/** An action for a form, with or without scripts. */
export function formAction<Schema extends z.ZodType, const Asker extends Who>(door: Door<Schema, Asker>): FormAction {
  return async (previous, data) => {
    const fields = data instanceof FormData ? readFields(data) : null
    const result = fields === null ? fail('invalid', 'form.invalid') : await pass(door, fields)
    if (result.ok) {
      writeOutcome(result.value)
      if (result.value.go) return lead(previous, result.value.go)
      return { attempt: attemptOf(previous) + 1, errors: [], values: {}, success: result.value.stay }
    }
    const elsewhere = wayOn(result.failure, fields?.returnTo)
    if (elsewhere) return lead(previous, elsewhere)
    setStatus(result.failure)
    return {
      attempt: attemptOf(previous) + 1,
      errors: errorsOf(result.failure),
      values: Object.fromEntries((door.keep ?? []).map((name) => [name, fields?.[name] ?? ''])),
    }
  }
}

/** One sentence for each fault. */
function errorsOf(failure: Failure): readonly FormError[] {
  return [failure, ...(failure.others ?? [])].map((each) => ({
    field: each.field,
    message: failureMessage(each),
    link: wayBeside(each),
  }))
}

/**
 * Leads to another page. Where scripts sent the form, the answer says where and the browser loads it: a redirection
 * would make the framework fetch that page from itself and draw it into the answer.
 */
function lead(previous: FormAnswer, go: string): FormAnswer {
  if (currentRequest().headers['next-action'] === undefined) redirect(go)
  return { attempt: attemptOf(previous) + 1, errors: [], values: {}, go }
}

/** What a script's call gets: where to go, a value for the browser's own ceremony, or the sentence of a refusal. */
export type CallAnswer<T> =
  | { readonly ok: true; readonly go?: string; readonly value?: T }
  | { readonly ok: false; readonly message: string; readonly code: string }

/**
 * An action that a script calls with one object (the passkey ceremonies, which exist only with scripts). Same desk,
 * same order; `formToken` is a member of the object.
 */
export function scriptAction<Schema extends z.ZodType, const Asker extends Who, Value = never>(
  door: Door<Schema, Asker, Value>,
) {
  return async (argument: unknown): Promise<CallAnswer<Value>> => {
    const result = await pass(door, argument)
    if (!result.ok) {
      const go = wayOn(result.failure, undefined)
      if (go) return { ok: true, go }
      setStatus(result.failure)
      return { ok: false, message: failureMessage(result.failure), code: result.failure.code }
    }
    writeOutcome(result.value)
    return { ok: true, go: result.value.go, value: result.value.value }
  }
}

async function pass<Schema extends z.ZodType, Asker extends Who, Value>(
  door: Door<Schema, Asker, Value>,
  argument: unknown,
): Promise<Result<Outcome & { readonly value?: Value }>> {
  currentRequest().progress.isAtDesk = true
  try {
    const envelope = envelopeSchema.safeParse(argument)
    if (!envelope.success) return fail('invalid', 'form.invalid')
    const { formToken: token, ...rest } = envelope.data
    if (!isFormToken(token)) return fail('refused', 'form.stale')
    const parsed = door.schema.safeParse(rest)
    if (!parsed.success) return invalid(parsed.error)
    // The conditional type of `run` cannot follow a check of `who`; this is the one place where it is said.
    const run = door.run as (context: Visit, input: z.output<Schema>) => ReturnType<typeof door.run>
    if (door.who === 'anybody') return await run(visit(), parsed.data)
    const found = await askingVisit({
      name: `action:${door.name}`,
      max: limits.rate.stateChangesPerUserPerMinute,
      windowSeconds: 60,
    })
    const asking = found?.visit
    if (!asking) return fail('refused', isWizard(door.who) ? 'registration.session_expired' : 'sign_in.session_ended')
    if (!stagesOf(door.who).includes(asking.session.stage)) return fail('refused', 'sign_in.not_finished')
    if (door.right && !(may(asking.subject, door.right) && (await mayEnterAdminArea(asking.session.id)))) {
      return fail('refused', 'directory.forbidden')
    }
    const { consumed } = found
    if (consumed && !consumed.allowed) {
      return fail('throttled', 'throttle.too_many_requests', { retryAfterSeconds: consumed.retryAfterSeconds })
    }
    return await run(asking, parsed.data)
  } catch (error) {
    const kind = classifyDatabaseError(error)
    if (kind === 'bug') throw error
    log.warn('database could not answer an action', { code: door.name, kind, error })
    return kind === 'busy'
      ? fail('busy', 'service.busy', { retryAfterSeconds: 5 })
      : fail('unknown', 'service.unknown_outcome')
  }
}

/** A door that only somebody in the wizard passes. */
function isWizard(who: Who): boolean {
  return stagesOf(who).every((stage) => stage === 'registration')
}

function stagesOf(who: Who): readonly SessionStage[] {
  return who === 'anybody' ? [] : who
}

const envelopeSchema = z.looseObject({ formToken: z.string().max(128) })

function invalid(error: z.ZodError): Result<never> {
  // A form has few fields; more issues than that are of somebody's making, and not worth a page.
  const [first, ...others] = error.issues.slice(0, 20).map(({ path, message }): Failure => {
    // A schema may name its own failure code as the message; anything else is the general sentence.
    const code = /^[a-zA-Z_]+\.[a-z_]+$/.test(message) ? message : 'form.invalid'
    return { kind: 'invalid', code, field: path.map(String).join('.') || undefined }
  })
  return first ? failTogether(first, ...others) : fail('invalid', 'form.invalid')
}

/** The fields of a form as text. A repeated name is refused, except where it ends in `[]`; the framework's own are left out. */
function readFields(data: FormData): (Record<string, string> & Record<string, string | string[]>) | null {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of data) {
    if (name.startsWith('$ACTION')) continue
    if (typeof value !== 'string' || value.includes('\u0000') || !value.isWellFormed()) return null
    if (name.endsWith('[]')) {
      const list = fields[name.slice(0, -2)]
      fields[name.slice(0, -2)] = Array.isArray(list) ? [...list, value] : [value]
    } else {
      if (name in fields) return null
      fields[name] = value
    }
  }
  return { ...fields } as Record<string, string>
}

/** Refusals that mean "somewhere else first". */
function wayOn(failure: Failure, returnTo: unknown): string | null {
  const back = typeof returnTo === 'string' ? safeReturnTo(returnTo) : null
  const query = back ? `?returnTo=${encodeURIComponent(back)}` : ''
  const wanted = failure.details?.returnTo
  const there = wanted ? `?returnTo=${encodeURIComponent(String(wanted))}` : query
  switch (failure.code) {
    case 'sign_in.session_ended':
      return `/sign-in?ended=1${back ? `&returnTo=${encodeURIComponent(back)}` : ''}`
    case 'registration.session_expired':
      return `/sign-in?ended=1&returnTo=${encodeURIComponent('/security-info/register')}`
    case 'sign_in.not_finished':
      return '/sign-in/continue'
    case 'security_info.freshness_required':
    case 'directory.fresh_required':
      return `/sign-in/verify${there}`
    case 'security_info.terms_required':
      return `/sign-in/terms/${failure.details?.terms}${there}`
    case 'security_info.new_password_required':
      return '/sign-in/new-password'
    case 'security_info.blocked_no_method':
    case 'security_info.blocked':
    case 'security_info.other_method_needed':
      return `/security-info/blocked?reason=${failure.code.slice('security_info.'.length)}`
    default:
      return null
  }
}

/** A refusal that means "somewhere else first" to whom this page must not be lost: the way opens beside it. */
function wayBeside({ code }: Failure): FormError['link'] {
  if (code !== 'policyChanges.fresh_elsewhere') return undefined
  const href = `/sign-in/verify?returnTo=${encodeURIComponent('/security-info')}`
  return { href, text: t('policyChanges.freshElsewhere.link') }
}

function writeOutcome(outcome: Outcome): void {
  if (outcome.session) writeSessionCookies(outcome.session)
  if (outcome.signedOut) clearSessionCookies()
}

/** A throttled or busy answer says so in its status too; the framework itself cannot set one from an action. */
function setStatus(failure: Failure): void {
  const { res } = currentRequest()
  if (failure.kind !== 'throttled' && failure.kind !== 'busy') return
  res.statusCode = failure.kind === 'throttled' ? 429 : 503
  res.setHeader('retry-after', String(Math.max(1, Math.ceil(failure.retryAfterSeconds ?? 5))))
}

/** The previous state comes from the browser: only its number is read, and only when it is one. */
function attemptOf(previous: FormAnswer | undefined): number {
  const attempt = previous?.attempt
  return typeof attempt === 'number' && Number.isSafeInteger(attempt) && attempt >= 0 ? attempt : 0
}

/**
 * Null when the administrator's proof is fresh enough for what cannot be undone with a click; else the refusal that
 * leads to a new proof and back to `returnTo`.
 */
export function staleProof(visit: AskingVisit, returnTo: string): Fail | null {
  return isFreshAdministrator(visit.session, visit.at)
    ? null
    : fail('refused', 'directory.fresh_required', { details: { returnTo } })
}

/** An argument bound to an action. It comes back from the browser, which may put anything in its place: then it names nothing. */
export function boundText(argument: unknown): string {
  return typeof argument === 'string' && argument.length <= 256 ? argument : ''
}

/** The throttle key of the address that asks: one IPv4 address, or an IPv6 /64. */
export function clientKey(context: Visit): string {
  return addressKey(context.origin.clientAddress)
}

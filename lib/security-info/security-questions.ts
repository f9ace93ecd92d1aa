import 'server-only'
import { type Answered, findingsAbout, normaliseAnswer } from '@/lib/authentication-methods/kinds/security-questions'
import { mayReset } from '@/lib/authentication-methods/policy'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { questionKey, questionOf } from '@/lib/authentication-methods/security-questions'
import { t } from '@/lib/i18n'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { tell } from '@/lib/sign-in/tell'
import { refuseFinish } from './ceremony'
import { type Asking, changeOwn, refusalToRegister } from './change'
import { nameInNotice } from './view'

/** Security questions: chosen and answered in one form, and kept as hashes. Changing them is removing them and beginning anew. */

/** One row of the form: the key of a question, and what was typed. */
export type ChosenQuestion = { readonly key: string; readonly answer: string }

/** The questions that may be chosen, in the words of this page. */
export function offeredQuestions({ securityQuestions }: PasswordResetPolicy): { key: string; text: string }[] {
  return [
    ...securityQuestions.customQuestions.map((text) => questionKey({ kind: 'custom', text })),
    ...securityQuestions.predefinedQuestions.map((id) => questionKey({ kind: 'predefined', id })),
  ].map((key) => ({ key, text: questionText(key) }))
}

/** What a question reads like; empty for a key that is none. */
function questionText(key: string): string {
  const question = questionOf(key)
  if (question === null) return ''
  return question.kind === 'custom' ? question.text : t(`securityQuestions.predefined.${question.id}`)
}

/**
 * Stores the answers as a method, if they may stand beside each other and the gate says yes. Failures:
 * `security_questions.…` with the field (`question1`, `answer1`, …), `registration.already_registered`,
 * `service.busy`, those of the gate and the policies.
 *
 * @see `10` §11, SEC-080 to SEC-083
 */
export async function registerSecurityQuestions(
  asking: Asking,
  chosen: readonly ChosenQuestion[],
): Promise<Result<{ readonly methodId: string }>> {
  const at = now()
  const plan = { activity: 'registered', kind: 'securityQuestions' } as const
  const before = await loadFacts(db(), asking.session.userId, 'cached')
  if (!before) return fail('refused', 'sign_in.session_ended')
  // Slow hashes are spent only on what may be stored; inside the transaction it is asked again.
  const early = refusalToAnswer(before) ?? refusalOfAnswers(before, chosen)
  if (early) return refuseFinish(asking, plan, early, at)
  const answers: { readonly questionKey: string; readonly answerHash: string }[] = []
  for (const { key, answer } of chosen) {
    const hashed = await hashSecret(normaliseAnswer(answer))
    if (!hashed.ok) return hashed
    answers.push({ questionKey: key, answerHash: hashed.value })
  }
  return changeOwn(asking, plan, async (context) => {
    const { tx, facts } = context
    if (facts.methods.some(({ kind }) => kind === 'securityQuestions'))
      return fail('refused', 'registration.already_registered')
    const refusal =
      refusalToRegister(context, 'securityQuestions') ?? refusalToAnswer(facts) ?? refusalOfAnswers(facts, chosen)
    if (refusal) return refusal
    const method = await insertMethod(tx, facts.subject.id, { kind: 'securityQuestions', answers }, 'user', context.at)
    const notice = {
      at: context.at.toISOString(),
      method: nameInNotice(method),
      clientAddress: asking.origin.clientAddress,
      by: 'you',
    } as const
    await tell(tx, facts.subject.id, 'methodAdded', notice, { facts })
    return ok({
      value: { methodId: method.id },
      event: { method: { kind: 'securityQuestions', id: method.id }, after: { questions: answers.length } },
      methods: [...facts.methods, method],
    })
  })
}

/** Questions serve password reset only, so they are taken only from whoever may reset with them. */
export function refusalToAnswer({ methodsPolicy, passwordResetPolicy, subject }: PersonFacts): Fail | null {
  return mayReset(methodsPolicy, passwordResetPolicy, subject, 'securityQuestions').allowed
    ? null
    : fail('refused', 'registration.method_not_allowed')
}

/** The first thing that is wrong with the answers, and where. Fewer rows than needed lack their question. */
function refusalOfAnswers(facts: PersonFacts, chosen: readonly ChosenQuestion[]): Fail | null {
  const { passwordResetPolicy, subject } = facts
  const { numberToRegister } = passwordResetPolicy.securityQuestions
  const rows = Math.max(numberToRegister, chosen.length)
  const answered = Array.from({ length: rows }, (_, row): Answered => {
    const { key, answer } = chosen[row] ?? { key: '', answer: '' }
    return { key, text: questionText(key), answer }
  })
  const offered = offeredQuestions(passwordResetPolicy).map(({ key }) => key)
  const local = subject.userPrincipalName.split('@')[0] ?? ''
  const [first] = findingsAbout(answered, offered, [subject.userPrincipalName, local, subject.displayName])
  if (!first) return null
  return fail('invalid', `security_questions.${first.problem}`, { field: `${first.field}${first.index + 1}` })
}

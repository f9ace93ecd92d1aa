import { afterRound, firstRound } from '@/lib/authentication-methods/kinds/security-questions'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { questionKey } from '@/lib/authentication-methods/security-questions'

/**
 * Which security questions a reset asks. Everything follows from the name, its round and a key of the installation, so
 * reloading, going back and beginning anew show the same ones, and a name that nobody has is asked, too: questions that
 * the organisation offers, as if somebody had chosen among them.
 *
 * `random`: at least 4 bytes for each text, the same each time, which nobody can foresee.
 *
 * @see SEC-084, SEC-189
 */
export type Random = (...parts: readonly string[]) => Uint8Array

/** The questions of one round; null where the account answered fewer than are asked, which then asks as for nobody. */
export function questionsOf(
  answered: readonly string[],
  { securityQuestions }: Pick<PasswordResetPolicy, 'securityQuestions'>,
  subject: string,
  round: number,
  random: Random,
): readonly string[] {
  const { numberToReset, numberToRegister } = securityQuestions
  const registered = answered.length >= numberToReset ? answered : chosenByNobody()
  return firstRound(registered, numberToReset, drawer(random, subject, `round ${round}`)).asked

  function chosenByNobody(): readonly string[] {
    const offered = [
      ...securityQuestions.customQuestions.map((text) => questionKey({ kind: 'custom', text })),
      ...securityQuestions.predefinedQuestions.map((id) => questionKey({ kind: 'predefined', id })),
    ]
    return firstRound(offered, Math.min(numberToRegister, offered.length), drawer(random, subject, 'chosen')).asked
  }
}

/** Whether the round is passed: all answers together, as the rule for questions says. */
export function isPassed(asked: readonly string[], verdicts: readonly boolean[]): boolean {
  return afterRound({ asked, wrongRounds: 0 }, verdicts, asked, () => 0).passed
}

/** Draws one number after the other. */
function drawer(random: Random, ...parts: readonly string[]): (below: number) => number {
  let drawn = 0
  return (below) => {
    const bytes = random(...parts, String(drawn++))
    return bytes.slice(0, 4).reduce((number, byte) => number * 256 + byte, 0) % below
  }
}

import 'server-only'
import { duration, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import type { PasswordProtection } from '@/lib/password/policy-model'
import type { LineRefusal } from '@/lib/password/read-blocked-words'
import type { ProtectionReach } from '@/lib/password-change/protection'
import type { Line } from '../authentication-methods/words'
import type { NumberField } from './fields'

/** The rules in words, line by line. */
export function protectionInWords(policy: PasswordProtection): Line[] {
  return [
    { term: t('passwordProtection.words.profile'), text: t(`passwordProtection.profile.${policy.profile}`) },
    { term: t('passwordProtection.words.length'), text: String(policy.lengthMin) },
    {
      term: t('passwordProtection.words.blocked'),
      text: policy.isBlockedWordsOn
        ? t('passwordProtection.words.blocked.count', { count: policy.blockedWords.length })
        : t('passwordProtection.words.blocked.off'),
    },
    { term: t('passwordProtection.words.threshold'), text: String(policy.lockoutThreshold) },
    { term: t('passwordProtection.words.seconds'), text: duration(policy.lockoutSeconds) },
  ]
}

/** What differs, a sentence each, and whom it concerns. */
export function changesInWords(before: PasswordProtection, after: PasswordProtection): string[] {
  const was = protectionInWords(before)
  const changes = protectionInWords(after).flatMap(({ term, text }, index) =>
    was[index]?.text === text
      ? []
      : [t('passwordProtection.preview.line', { term, text, was: was[index]?.text ?? '' })],
  )
  const [added, removed] = [only(after, before), only(before, after)]
  if (added + removed > 0) {
    const text = t('passwordProtection.words.list.changed', { added, removed })
    changes.push(`${t('passwordProtection.words.list')}: ${text}`)
  }
  return changes
}

export function reachInWords(reach: ProtectionReach, before: PasswordProtection, after: PasswordProtection): string[] {
  const isPause = before.lockoutThreshold !== after.lockoutThreshold || before.lockoutSeconds !== after.lockoutSeconds
  return [
    t('passwordProtection.preview.reach', { ...reach }),
    ...(reach.temporary > 0 ? [t('passwordProtection.preview.temporary', { temporary: reach.temporary })] : []),
    ...(isPause ? [t('passwordProtection.preview.lockout')] : []),
  ]
}

function only(one: PasswordProtection, other: PasswordProtection): number {
  const there = new Set(other.blockedWords)
  return one.blockedWords.filter((word) => !there.has(word)).length
}

const { password, passwordLockout } = limits
export const bounds: Readonly<Record<NumberField, { readonly min: number; readonly max: number }>> = {
  lengthMin: { min: password.lengthMinWithSecondFactor, max: password.lengthMinMax },
  lockoutThreshold: { min: passwordLockout.thresholdMin, max: passwordLockout.thresholdMax },
  lockoutSeconds: { min: passwordLockout.firstLockSeconds, max: passwordLockout.lockSecondsMax },
}

/** Lines named one by one; who pasted the wrong thing altogether need not read a thousand sentences. */
const linesNamedMax = 15

export function linesInWords(lines: readonly LineRefusal[]): string[] {
  const sentences = lines
    .slice(0, linesNamedMax)
    .map(({ line, reason, first = 0 }) =>
      t(`passwordProtection.line.${reason}`, { line, first, max: password.blockedWordsMax }),
    )
  const count = lines.length - sentences.length
  return count > 0 ? [...sentences, t('passwordProtection.line.more', { count })] : sentences
}

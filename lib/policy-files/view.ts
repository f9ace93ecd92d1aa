import { failureMessage, hasMessage, t } from '@/lib/i18n'
import { type LeftOut, loudReasons, type Refused, type Unread } from './model'
import type { PlannedItem } from './plan'

/** Sentences about a plan, for its page. What comes from a file is only ever part of a sentence. */

export type Standing = 'asIs' | 'changed' | 'waiting' | 'refused' | 'new' | 'same'

/** What would become of the item, as one word. */
export function standingOf(item: PlannedItem): Standing {
  if (item.kind === 'policy') return item.outcome
  if (item.refused || item.kind === 'unknown') return 'refused'
  return item.sameId === null ? 'new' : 'same'
}

/** Why it is refused, with the exact member and its place in the file. */
export function refusalText({ code, member, details, place }: Refused): string {
  const sentence = hasMessage(`failure.${code}`)
    ? failureMessage({ kind: 'invalid', code, details })
    : t('policyFiles.unknown')
  return member === ''
    ? t('policyFiles.item.refusedPlace', { ...place, sentence })
    : t('policyFiles.item.refusedAt', { member, ...place, sentence })
}

/** What was left out and changes the policy. */
export function loudLosses(losses: readonly LeftOut[]): readonly LeftOut[] {
  return losses.filter(({ reason }) => loudReasons.some((loud) => loud === reason))
}

/** What was left out because it says nothing here. */
export function quietLosses(losses: readonly LeftOut[]): readonly LeftOut[] {
  return losses.filter(({ reason }) => loudReasons.every((loud) => loud !== reason))
}

export function lossText({ member, value, reason, effect }: LeftOut): string {
  const said = `${member} = ${value}`
  return effect === 'none'
    ? t('policyFiles.left.line', { member: said, effect: t(`policyFiles.reason.${reason}`) })
    : t('policyFiles.left.line', { member: said, effect: t(`policyFiles.effect.${effect}`) })
}

/** Why a file was not read, with the place where there is one. */
export function unreadText({ trouble, place }: Pick<Unread, 'trouble' | 'place'>): string {
  const sentence = t(`policyFiles.trouble.${trouble}`)
  return place ? `${t('policyFiles.unread.place', place)}${sentence}` : sentence
}

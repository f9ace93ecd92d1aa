import 'server-only'
import { type AddableKind, isAddableKind } from '@/components/registration/method-path'
import { catalogue, entriesBySecurity } from '@/lib/authentication-methods/catalogue'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { hasTokenFor } from '@/lib/hardware-oath/store/tokens'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { refusalToAnswer } from '@/lib/security-info/security-questions'
import type { PersonFacts } from '@/lib/sign-in/facts'

export type Offer = {
  readonly kind: AddableKind
  /** Why it can't be added, with what to do; null: it can. */
  readonly refusal: string | null
}

/** Every method the product has for people, from most to least secure, with the reason where one can't be added now. */
export async function offersFor(facts: PersonFacts): Promise<Offer[]> {
  const have = facts.methods.map(({ kind }) => kind)
  // An organisation without tokens need not read of them.
  const hasToken = have.includes('hardwareOath') || (await hasTokenFor(db(), facts.subject.id))
  return entriesBySecurity
    .map(({ kind }) => kind)
    .filter(isAddableKind)
    .filter((kind) => kind !== 'hardwareOath' || hasToken)
    .map((kind) => {
      const permission = mayRegister(facts.methodsPolicy, facts.subject, kind, have)
      // Questions serve password reset only: where it does not take them, they are not offered either.
      if (kind === 'securityQuestions' && permission.allowed && refusalToAnswer(facts)) {
        return { kind, refusal: refusalText(kind, 'not_targeted') }
      }
      return { kind, refusal: permission.allowed ? null : refusalText(kind, permission.reason) }
    })
}

function refusalText(kind: AddableKind, reason: string): string {
  const max = catalogue[kind].perUserMax
  switch (reason) {
    case 'limit_reached':
      if (kind === 'securityQuestions') return t('securityInfo.add.reason.questions')
      if (kind === 'recoveryCodes') return t('securityInfo.add.reason.recoveryCodes')
      return max === 1 ? t('securityInfo.add.reason.one') : t('securityInfo.add.reason.limit_reached', { max })
    case 'mobile_phone_first':
    case 'guest':
    case 'administrator':
    case 'self_service_off':
      return t(`securityInfo.add.reason.${reason}`)
    default:
      return t('securityInfo.add.reason.notOffered')
  }
}

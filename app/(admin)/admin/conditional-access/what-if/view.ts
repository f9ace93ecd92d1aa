import 'server-only'
import type { PolicyAnswer, PolicyLine } from '@/components/conditional-access/what-if-answer'
import type { Tone } from '@/components/ui/notice'
import { type MethodKind, phoneKinds } from '@/lib/authentication-methods/model'
import { registerDevice } from '@/lib/conditional-access/conditions-model'
import type { TraceLine } from '@/lib/conditional-access/decision'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import type { PolicyRow } from '@/lib/conditional-access/store'
import { controlName, sessionOf, traceLineView } from '@/lib/conditional-access/view'
import { noteAboutPass, type ProvenWay, type WhatIfQuestion } from '@/lib/conditional-access/what-if'
import { t } from '@/lib/i18n'
import type { OnePerson } from '@/lib/policy-trials/one-person'

/** The answer in words. Methods of the person are named only to those who may see what people have registered. */

/** The policies of one decision. */
export function policyAnswer(
  trace: readonly TraceLine[],
  question: WhatIfQuestion,
  policies: readonly PolicyRow[],
): PolicyAnswer {
  const lines = trace.map((line) => lineOf(line, question, policies))
  return {
    applies: lines.filter(({ word }) => word === null || word === 'invalidCondition'),
    others: lines.filter(({ word }) => word !== null && word !== 'invalidCondition'),
  }
}

function lineOf(line: TraceLine, question: WhatIfQuestion, policies: readonly PolicyRow[]): PolicyLine {
  const document = policies.find(({ id }) => id === line.policyId)?.document
  const isApplying = line.reason === null
  return {
    ...traceLineView(line),
    ...(line.reason === null ? {} : reasonText(line.reason, question)),
    word: line.reason,
    grant: grantText(line, document?.grantControls.operator ?? null),
    session: isApplying && document ? sessionOf(document) : [],
  }
}

/** All of them or one of them, as the policy says; side by side where a policy that is gone meanwhile cannot say. */
function grantText({ controls }: TraceLine, operator: 'AND' | 'OR' | null): string {
  const names = controls.filter(({ control }) => control.kind !== 'signInFrequency').map(controlName)
  if (operator === null) return names.join(' · ')
  return new Intl.ListFormat('en', { type: operator === 'OR' ? 'disjunction' : 'conjunction' }).format(names)
}

/** Where the question itself is the reason, that is said instead. */
function reasonText(reason: NonNullable<TraceLine['reason']>, { place, target }: WhatIfQuestion) {
  if (reason === 'location' && place === null) return { reasonText: t('whatIf.reason.location_open') }
  if (reason === 'userActions' && target.kind === 'userAction' && target.action === registerDevice)
    return { reasonText: t('whatIf.reason.userActions_device') }
  return {}
}

export function nextText(
  { facts, next }: OnePerson,
  question: WhatIfQuestion,
  mayNameMethods: boolean,
): { readonly text: string; readonly tone: Tone } {
  const { target } = question
  const isRegistration = target.kind === 'userAction' && target.action === registerSecurityInformation
  const or = (parts: readonly string[]) => new Intl.ListFormat('en', { type: 'disjunction' }).format(parts)
  switch (next.kind) {
    case 'allowed':
      return { text: t(isRegistration ? 'whatIf.next.allowed.registration' : 'whatIf.next.allowed'), tone: 'success' }
    case 'verify': {
      const ways = next.ways.map((way) => way.map((mode) => t(`strengths.mode.${mode}`)).join(t('whatIf.then')))
      const isNamed = mayNameMethods && ways.length > 0
      return {
        text: isNamed ? t('whatIf.next.verify', { ways: or([...new Set(ways)]) }) : t('whatIf.next.verify.some'),
        tone: 'info',
      }
    }
    case 'register': {
      const methods = [...new Set(next.registrable.map((mode) => t(`strengths.mode.${mode}`)))]
      return {
        text: methods.length > 0 ? t('whatIf.next.register', { methods: or(methods) }) : t('whatIf.next.register.some'),
        tone: 'info',
      }
    }
    case 'terms':
    case 'newPassword':
      return { text: t(`whatIf.next.${next.kind}`), tone: 'info' }
    case 'blocked':
      if (
        (next.reason === 'noMethod' || next.reason === 'methodsDisabled') &&
        noteAboutPass(facts.subject, question) === 'notForGuests'
      )
        return { text: t(`whatIf.next.blocked.${next.reason}_guest`), tone: 'danger' }
      return { text: t(`whatIf.next.blocked.${next.reason}`), tone: 'danger' }
  }
}

/** What else somebody should know who reads the answer. */
export function notesOf(
  { facts, next, isAskedToRegister }: OnePerson,
  question: WhatIfQuestion,
  mayNameMethods: boolean,
): readonly string[] {
  const { proven } = question
  const aboutPass = noteAboutPass(facts.subject, question)
  const isMissing = heldAs[proven].length > 0 && !facts.methods.some(({ kind }) => heldAs[proven].includes(kind))
  return [
    ...(facts.subject.accountEnabled ? [] : [t('whatIf.next.disabled')]),
    ...(next.kind === 'verify' && next.isOwnMfa ? [t('whatIf.next.verify.own')] : []),
    ...(isAskedToRegister ? [t('whatIf.next.registration')] : []),
    ...(aboutPass === null ? [] : [t(`whatIf.next.pass.${aboutPass}`)]),
    ...(mayNameMethods && isMissing ? [t('whatIf.next.unregistered')] : []),
  ]
}

/** The methods that somebody must have for what they are taken to have proven. */
const heldAs: Readonly<Record<ProvenWay, readonly MethodKind[]>> = {
  password: [],
  softwareOath: ['softwareOath'],
  hardwareOath: ['hardwareOath'],
  sms: phoneKinds,
  voice: phoneKinds,
  temporaryAccessPassOneTime: ['temporaryAccessPass'],
  temporaryAccessPassMultiUse: ['temporaryAccessPass'],
  passkey: ['passkey'],
}

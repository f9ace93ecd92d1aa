import { z } from 'zod'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { readAddress } from './address'
import {
  clientApps,
  devicePlatforms,
  insiderRiskLevels,
  registerDevice,
  registerSecurityInformation,
  transferMethods,
} from './conditions-model'
import { isCountry } from './countries'
import type { DeviceState } from './decision'
import { deviceAttribute } from './device-filter'
import { applications, type ConditionalAccessFailureCode } from './model'
import { provenWays, type WhatIfQuestion } from './what-if'

/** The form of What If: its fields as text, and the question they ask. Nothing is guessed: what is missing is refused. */

/** Stands for every app that no policy names: only policies about all resources reach it. */
export const anotherApplication = '00000000-0000-0000-0000-000000000001'

export const whatIfTargets = [
  'securityInfo',
  'administration',
  'anotherApp',
  'registration',
  'device',
  'context',
] as const
/** `other`: one that policies have no name for. */
export const whatIfPlatforms = [...devicePlatforms, 'other'] as const
export const unknownCountry = 'unknown'

const text = z.string().trim().max(1024).default('').catch('')
export const whatIfFieldsSchema = z.object({
  ...{ person: text, target: text, context: text, platform: text, clientApp: text, proven: text },
  ...{ address: text, country: text, signInRisk: text, userRisk: text, insiderRisk: text },
  ...{ compliant: text, trustType: text, appProtected: text, attributes: text, transferMethod: text, all: text },
})
export type WhatIfFields = z.output<typeof whatIfFieldsSchema>

type Refusal = Fail<ConditionalAccessFailureCode>

/**
 * The question of the form but for the person. Fails with `what_if_unset` for what nobody can answer for the asker
 * (target, platform, client, proof), `what_if_unreadable` for what is there and means nothing, each naming its field.
 */
export function readQuestion(fields: WhatIfFields): Result<WhatIfQuestion, ConditionalAccessFailureCode> {
  const target = targetOf(fields)
  if ('ok' in target) return target
  const platform = whatIfPlatforms.find((known) => known === fields.platform)
  if (!platform) return unset(fields, 'platform')
  const clientApp = clientApps.find((known) => known === fields.clientApp)
  if (!clientApp) return unset(fields, 'clientApp')
  const proven = provenWays.find((known) => known === fields.proven)
  if (!proven) return unset(fields, 'proven')
  const place = placeOf(fields)
  if (place !== null && 'ok' in place) return place
  const risk = riskOf(fields)
  if (risk !== null && 'ok' in risk) return risk
  const device = deviceOf(fields)
  if (device.refusal) return device.refusal
  const transferMethod = optional(transferMethods, fields.transferMethod)
  if (transferMethod === undefined) return unreadable('transferMethod')
  return ok({
    ...{ target, platform: platform === 'other' ? null : platform, clientApp, place, risk },
    ...{ device: device.state, transferMethod, proven },
  })
}

function targetOf(fields: WhatIfFields): WhatIfQuestion['target'] | Refusal {
  const named = whatIfTargets.find((known) => known === fields.target)
  switch (named) {
    case 'securityInfo':
    case 'administration':
      return { kind: 'application', id: applications[named] }
    case 'anotherApp':
      return { kind: 'application', id: anotherApplication }
    case 'registration':
      return { kind: 'userAction', action: registerSecurityInformation }
    case 'device':
      return { kind: 'userAction', action: registerDevice }
    case 'context': {
      const id = fields.context.toLowerCase()
      if (id === '') return unset(fields, 'context')
      return /^c[1-9]\d?$/.test(id) ? { kind: 'authenticationContext', id } : unreadable('context')
    }
    case undefined:
      return unset(fields, 'target')
  }
}

function placeOf({ address, country }: WhatIfFields): WhatIfQuestion['place'] | Refusal {
  if (address !== '' && !readAddress(address)) return unreadable('address')
  const code = country.toUpperCase()
  if (country !== '' && country !== unknownCountry && !isCountry(code)) return unreadable('country')
  if (address === '' && country === '') return null
  return {
    address: address === '' ? null : address,
    // An address says its country itself, unless somebody wants to know about another one.
    ...(country === '' ? {} : { country: country === unknownCountry ? null : code }),
  }
}

/** What a source can say of a request; `hidden` is a word of policies only. */
export const tellableRisks = ['none', 'low', 'medium', 'high'] as const

function riskOf(fields: WhatIfFields): WhatIfQuestion['risk'] | Refusal {
  const signIn = tellableRisks.find((known) => known === (fields.signInRisk || 'none'))
  const user = tellableRisks.find((known) => known === (fields.userRisk || 'none'))
  const insider = [...insiderRiskLevels, 'none' as const].find((known) => known === (fields.insiderRisk || 'none'))
  if (!signIn) return unreadable('signInRisk')
  if (!user) return unreadable('userRisk')
  if (!insider) return unreadable('insiderRisk')
  return signIn === 'none' && user === 'none' && insider === 'none' ? null : { signIn, user, insider }
}

export const trustTypes = ['AzureAD', 'ServerAD', 'Workplace'] as const
const yesNo = ['yes', 'no'] as const

function deviceOf(fields: WhatIfFields): { readonly state: DeviceState | null; readonly refusal?: Refusal } {
  const none = (name: keyof WhatIfFields) => ({ state: null, refusal: unreadable(name) })
  const compliant = optional(yesNo, fields.compliant)
  const trustType = optional(trustTypes, fields.trustType)
  const appProtected = optional(yesNo, fields.appProtected)
  if (compliant === undefined) return none('compliant')
  if (trustType === undefined) return none('trustType')
  if (appProtected === undefined) return none('appProtected')
  const lines = fields.attributes.split(/\r?\n/).filter((line) => line.trim() !== '')
  const attributes: Record<string, string> = {}
  for (const line of lines) {
    const [name = '', ...rest] = line.split('=')
    const known = deviceAttribute(name.trim())
    if (known === null || rest.length === 0) return none('attributes')
    attributes[known] = rest.join('=').trim()
  }
  const isSilent = !compliant && !trustType && !appProtected && lines.length === 0
  if (isSilent) return { state: null }
  return {
    state: {
      ...attributes,
      ...(compliant ? { isCompliant: compliant === 'yes' } : {}),
      ...(trustType ? { trustType } : {}),
      ...(appProtected ? { isAppProtected: appProtected === 'yes' } : {}),
    },
  }
}

/** The word, null where the field is empty, undefined where it is no such word. */
function optional<const Words extends readonly string[]>(
  words: Words,
  value: string,
): Words[number] | null | undefined {
  return value === '' ? null : words.find((known) => known === value)
}

function unset(fields: WhatIfFields, field: keyof WhatIfFields): Refusal {
  return fields[field] === '' ? fail('invalid', 'conditionalAccess.what_if_unset', { field }) : unreadable(field)
}

function unreadable(field: keyof WhatIfFields): Refusal {
  return fail('invalid', 'conditionalAccess.what_if_unreadable', { field })
}

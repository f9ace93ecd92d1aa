import { generateSync } from 'otplib'
import { normaliseAnswer } from '@/lib/authentication-methods/kinds/security-questions'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import {
  defaultMethodsPolicy,
  type PasswordResetPolicy,
  resetMethodKinds,
  type SelfServiceSettings,
} from '@/lib/authentication-methods/policy-model'
import {
  readMethodsPolicy,
  readPasswordResetPolicy,
  saveMethodsPolicy,
  savePasswordResetPolicy,
} from '@/lib/authentication-methods/store'
import type { DirectoryHome } from '@/lib/directory/password-home'
import type { WritebackOutcome } from '@/lib/directory/writeback'
import { hashSecret } from '@/lib/password/hashing'
import type { Directory } from '@/lib/password-reset/account'
import { lookAt, type Resetting, type StepResult } from '@/lib/password-reset/flow'
import { identify } from '@/lib/password-reset/identify'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import type { NewMethod } from '@/lib/registered-methods/model'
import { provisionMethod } from '@/lib/security-info/provision'
import { takeCallAnswer } from '@/lib/sign-in/phone-call'
import { anOrigin, queuedMessages } from './asking'
import { aUser, resetForEverybody } from './builders'

/** A reset in a test: the policies, somebody with methods, and the browser that goes through the steps. */

export async function decideReset(
  given: Partial<PasswordResetPolicy> = {},
  selfService: Partial<SelfServiceSettings> = {},
): Promise<void> {
  const document: PasswordResetPolicy = {
    ...resetForEverybody,
    allowedMethodKinds: [...resetMethodKinds],
    ...given,
    securityQuestions: {
      ...resetForEverybody.securityQuestions,
      isOnlyGateAccepted: true,
      ...given.securityQuestions,
    },
    selfService: { ...resetForEverybody.selfService, ...selfService },
  }
  const { version } = await readPasswordResetPolicy(db())
  if (!(await savePasswordResetPolicy(db(), document, version, now()))) throw new Error('the policy was not saved')
}

/** Every method that can be a gate is on, for everybody. */
export async function allowAllMethods(): Promise<void> {
  const { methods } = defaultMethodsPolicy
  const on = { state: 'enabled' as const }
  const document = {
    ...defaultMethodsPolicy,
    methods: {
      ...methods,
      mobilePhone: { ...methods.mobilePhone, ...on },
      voice: { ...methods.voice, ...on, isOfficePhoneAllowed: true },
      securityQuestions: { ...methods.securityQuestions, ...on },
    },
  }
  const { version } = await readMethodsPolicy(db())
  if (!(await saveMethodsPolicy(db(), document, version, now()))) throw new Error('the policy was not saved')
}

let numbers = 0
export const aMobile = () => `+447400${String(200_000 + ++numbers)}`
export const anOffice = () => `+4420794${String(60_000 + ++numbers)}`
export const anAddress = () => `private-${++numbers}@example.com`

export type MethodOfTest =
  | 'app'
  | 'email'
  | { readonly email: string }
  | { readonly mobile: string }
  | { readonly office: string; readonly extension?: string }
  | { readonly alternate: string }
  | { readonly questions: readonly string[] }
export const answerTo = (key: string) => `the answer to ${key}`

/** Somebody with a password and methods that are two days old, or as old as `ageSeconds` says. */
export async function someone(
  methods: readonly MethodOfTest[],
  given: Parameters<typeof aUser>[1] & { readonly password?: string; readonly ageSeconds?: number } = {},
) {
  const { password = 'a gull on every bollard', ageSeconds = 172_800, ...rest } = given
  const hashed = await hashSecret(password)
  if (!hashed.ok) throw new Error(hashed.failure.code)
  const user = await aUser(db(), { passwordHash: hashed.value, ...rest })
  const secret = newSecret()
  const ids: string[] = []
  for (const method of methods) ids.push(await addMethod(user.id, await newMethodOf(method, secret), ageSeconds))
  return { ...user, ids, secret, code: () => generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) }) }
}

export function addMethod(userId: string, method: NewMethod, ageSeconds = 0): Promise<string> {
  return transaction((tx) => provisionMethod(tx, { userId, method, at: secondsFrom(now(), -ageSeconds) }))
}

async function newMethodOf(method: MethodOfTest, secret: string): Promise<NewMethod> {
  if (method === 'app')
    return { kind: 'softwareOath', name: null, secret, algorithm: 'SHA1', periodSeconds: 30, lastStep: -1n }
  if (method === 'email') return { kind: 'email', emailAddress: anAddress() }
  if ('email' in method) return { kind: 'email', emailAddress: method.email }
  if ('mobile' in method) return { kind: 'mobilePhone', phoneNumber: method.mobile }
  if ('alternate' in method) return { kind: 'alternateMobilePhone', phoneNumber: method.alternate }
  if ('office' in method)
    return { kind: 'officePhone', phoneNumber: method.office, extension: method.extension ?? null }
  const answers: { questionKey: string; answerHash: string }[] = []
  for (const questionKey of method.questions) {
    const hashed = await hashSecret(normaliseAnswer(answerTo(questionKey)))
    if (!hashed.ok) throw new Error(hashed.failure.code)
    answers.push({ questionKey, answerHash: hashed.value })
  }
  return { kind: 'securityQuestions', answers }
}

/** A browser that holds the cookie of a reset, and takes each new value of it. */
export type Browser = {
  resetting: Resetting
  readonly id: string
  step: string
  /** Takes a step and says where it led, or the code of its refusal. */
  go(step: (resetting: Resetting) => Promise<StepResult>): Promise<string>
  look(): ReturnType<typeof lookAt>
}

export async function beginReset(
  name: string,
  { directory, clientAddress }: { readonly directory?: Directory; readonly clientAddress?: string } = {},
): Promise<Browser> {
  const origin = anOrigin(clientAddress)
  const begun = await identify({ name, origin, before: null }, directory)
  if (!begun.ok) throw new Error(begun.failure.code)
  const { id, token, step } = begun.value
  const more = directory ? { directory } : {}
  const browser: Browser = {
    resetting: { token, resetId: id, origin, ...more },
    id,
    step,
    go: async (take) => {
      const answer = await take(browser.resetting)
      if (!answer.ok) return answer.failure.code
      if (answer.value.token) browser.resetting = { ...browser.resetting, token: answer.value.token }
      browser.step = answer.value.step
      return browser.step
    },
    look: () => lookAt({ token: browser.resetting.token, origin, ...more }),
  }
  return browser
}

/** Presses a key in the newest call to the person. */
export async function pressKey(userId: string, key: string): Promise<string> {
  const call = (await queuedMessages(userId)).findLast(({ template }) => template === 'keyCall')
  if (!call) throw new Error('nobody was called')
  const { challengeId, secret } = call.values
  const to = call.to.split('x')[0] ?? ''
  return takeCallAnswer({ challengeId: String(challengeId), secret: String(secret), to, key }, anOrigin())
}

/** Somebody else's directory: it keeps passwords by distinguished name and answers as it is told. */
export class TestDirectory implements Directory {
  readonly passwords = new Map<string, string>()
  readonly unlocked: string[] = []
  answer: WritebackOutcome['kind'] = 'done'
  found: WritebackOutcome['kind'] = 'unknown'
  /** Whom it was told to have asked, each time it was looked for an outcome. */
  readonly looked: (string | null)[] = []
  /** Runs while the directory is being asked. */
  meanwhile: (() => Promise<void>) | null = null
  private readonly homes = new Map<string, DirectoryHome>()

  keeps(userId: string): void {
    const distinguishedName = `uid=${userId},dc=harbor,dc=example`
    this.homes.set(userId, { kind: 'directory', connectorId: 'c1', distinguishedName, connectorName: 'Harbor LDAP' })
  }
  readonly homeOf: Directory['homeOf'] = async (_tx, userId) => this.homes.get(userId) ?? { kind: 'local' }
  readonly setPassword: Directory['setPassword'] = async (home, newPassword) => {
    await this.meanwhile?.()
    if (this.answer === 'done') this.passwords.set(home.distinguishedName, newPassword)
    return this.answer === 'unknown' ? { kind: 'unknown', askedServer: 'ldaps://one' } : this.said(this.answer)
  }
  readonly unlockAccount: Directory['unlockAccount'] = async (home) => {
    if (this.answer === 'done') this.unlocked.push(home.distinguishedName)
    return this.said(this.answer)
  }
  readonly outcomeOf: Directory['outcomeOf'] = async (_home, _newPassword, askedServer) => {
    this.looked.push(askedServer)
    return this.said(this.found)
  }

  private said(kind: WritebackOutcome['kind']): WritebackOutcome {
    return kind === 'refused' ? { kind, words: 'It is too much like an old one.' } : { kind }
  }
}

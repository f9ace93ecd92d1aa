/** Rows R1 to R16 of the specification's table in classic order, then the order that is our default. */
import { describe, expect, test } from 'vitest'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import type { Need, PlannableMethod } from './model'
import { noNeed } from './model'
import { planRegistration } from './plan'

type Id = 'passkey' | 'push' | 'app' | 'phone' | 'office' | 'email' | 'questions'

/** The methods of the table, with those the product does not have; what each counts for is set by the row. */
const known: Record<Id, Omit<PlannableMethod<Id>, 'countsForMfa' | 'countsForReset'>> = {
  passkey: method('passkey', 'passkey', ['fido2'], 0, 0),
  push: method('push', 'app', ['microsoftAuthenticatorPush'], 1, 2),
  app: method('app', 'app', ['softwareOath'], 2, 2),
  phone: method('phone', 'phone', ['sms'], 4, 4),
  office: { ...method('office', 'phone', ['voice'], 5, 5), resetGroup: 'office' },
  email: method('email', 'email', ['email'], 6, 1),
  questions: method('questions', 'questions', [], 7, 7),
}

function method(id: Id, family: string, modes: PlannableMethod['modes'], classic: number, passkeyFirst: number) {
  return { id, family, resetGroup: family, modes, rank: { classic, passkeyFirst }, isPasskey: id === 'passkey' }
}

function methods(forMfa: readonly Id[], forReset: readonly Id[], only?: readonly Id[]): PlannableMethod<Id>[] {
  const ids = only ?? [...new Set([...forMfa, ...forReset])]
  return ids.map((id) => ({
    ...known[id],
    countsForMfa: forMfa.includes(id),
    countsForReset: forReset.includes(id),
  }))
}

type Row = {
  row: string
  M: Id[]
  S?: Id[]
  n?: 1 | 2
  mfa?: boolean
  have?: Id[]
  strength?: string
  shows: Id[]
  alternatives?: Id[][]
  short?: string[]
}

function need({ n, mfa, strength }: Row): Need {
  const named = builtInStrengths.find(({ displayName }) => displayName === strength)
  return {
    ...noNeed,
    mfa: mfa ? { because: ['mfaRequired'] } : null,
    passwordReset: n ? { methodsRequired: n, because: ['passwordResetRegistration'] } : null,
    strengths: named
      ? [{ id: named.id, allowedCombinations: [...named.allowedCombinations], because: ['strengthRequired'] }]
      : [],
  }
}

function plan(row: Row, order: 'classic' | 'passkeyFirst') {
  const { M, S = [], have = [] } = row
  return planRegistration(need(row), methods(M, S), methods(M, S, have), order)
}

const classic: Row[] = [
  { row: 'R1', M: ['app', 'phone'], mfa: true, shows: ['app'] },
  { row: 'R2', M: ['phone'], mfa: true, shows: ['phone'] },
  {
    row: 'R3',
    M: ['app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 2,
    mfa: true,
    shows: ['app', 'phone'],
    alternatives: [['phone'], ['email']],
  },
  {
    row: 'R4',
    M: ['app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 2,
    shows: ['app', 'phone'],
    alternatives: [['phone', 'email'], ['email']],
  },
  { row: 'R5', M: ['app', 'phone'], S: ['email'], n: 1, mfa: true, shows: ['app', 'email'] },
  { row: 'R6', M: ['app', 'phone'], S: ['phone', 'email'], n: 1, mfa: true, shows: ['phone'], alternatives: [['app']] },
  { row: 'R7', M: ['app'], S: ['app', 'email', 'questions'], n: 2, mfa: true, shows: ['app', 'email'] },
  {
    row: 'R8',
    M: ['app', 'phone'],
    S: ['phone', 'email'],
    n: 2,
    mfa: true,
    have: ['app'],
    shows: ['phone', 'email'],
  },
  { row: 'R9', M: ['app', 'phone'], S: ['app', 'phone'], n: 2, mfa: true, have: ['phone'], shows: ['app'] },
  { row: 'R10', M: ['app', 'phone'], S: ['email', 'questions'], n: 2, shows: ['email', 'questions'] },
  { row: 'R11', M: [], S: ['phone'], n: 2, shows: ['phone'], short: ['passwordReset'] },
  {
    row: 'R12, administrator',
    M: ['app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 2,
    mfa: true,
    shows: ['app', 'phone'],
    alternatives: [['phone'], ['email']],
  },
  { row: 'R13', M: ['passkey', 'app'], have: ['app'], strength: 'Phishing-resistant MFA', shows: ['passkey'] },
  { row: 'R14, signed in with a pass', M: ['app', 'phone'], mfa: true, shows: ['app'], alternatives: [['phone']] },
  { row: 'R15', M: ['app', 'phone'], S: ['app', 'phone'], n: 1, have: ['app'], shows: [] },
  { row: 'R16', M: [], S: ['email'], n: 1, mfa: true, shows: [], short: ['mfa'] },
  {
    row: 'the documented example: the second is a phone, not a second app',
    M: ['push', 'app', 'phone'],
    S: ['push', 'app', 'phone', 'email'],
    n: 2,
    mfa: true,
    shows: ['push', 'phone'],
  },
  { row: 'two phones count as two', M: ['phone'], S: ['phone', 'office'], n: 2, shows: ['phone', 'office'] },
  {
    row: 'no passkey unless it is asked for',
    M: ['passkey', 'app'],
    mfa: true,
    shows: ['app'],
    alternatives: [[]],
  },
  { row: 'a passkey when nothing else could do', M: ['passkey'], mfa: true, shows: ['passkey'] },
  {
    row: 'rule 2: what is registered is subtracted, whatever is missing',
    M: ['app'],
    S: ['app', 'email'],
    n: 2,
    mfa: true,
    have: ['app', 'email'],
    shows: [],
  },
  {
    row: 'rule 3: what policy no longer allows counts for nothing',
    M: ['app'],
    S: ['app'],
    n: 1,
    mfa: true,
    have: ['phone'],
    shows: ['app'],
  },
  {
    row: 'rule 4: all apps together are one method',
    M: ['push', 'app'],
    S: ['push', 'app'],
    n: 2,
    have: ['push'],
    shows: [],
    short: ['passwordReset'],
  },
  {
    row: 'rule 5: email and questions are no second factor',
    M: [],
    S: ['email', 'questions'],
    n: 2,
    mfa: true,
    have: ['email', 'questions'],
    shows: [],
    short: ['mfa'],
  },
  {
    row: 'rule 6: what is possible for reset is registered, and the rest is named',
    M: ['app'],
    S: ['app'],
    n: 2,
    mfa: true,
    shows: ['app'],
    short: ['passwordReset'],
  },
  {
    row: 'rule 7: any other that still completes the set may be chosen',
    M: ['app', 'phone'],
    S: ['phone', 'email'],
    n: 2,
    mfa: true,
    shows: ['phone', 'email'],
    alternatives: [['app'], []],
  },
]

const passkeyFirst: Row[] = [
  {
    row: 'passkey, then email as the cheapest that completes reset',
    M: ['passkey', 'app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 1,
    mfa: true,
    shows: ['passkey', 'email'],
    alternatives: [
      ['app', 'phone'],
      ['app', 'phone'],
    ],
  },
  { row: 'passkey alone', M: ['passkey', 'app'], mfa: true, shows: ['passkey'], alternatives: [['app']] },
  {
    row: 'a browser without passkeys: one app serves both',
    M: ['app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 1,
    mfa: true,
    shows: ['app'],
  },
  {
    row: 'a browser without passkeys, two gates',
    M: ['app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 2,
    mfa: true,
    shows: ['app', 'email'],
    alternatives: [['phone'], ['phone']],
  },
  {
    row: 'two gates after a passkey: a text message comes last',
    M: ['passkey', 'app', 'phone'],
    S: ['app', 'phone', 'email'],
    n: 2,
    mfa: true,
    shows: ['passkey', 'email', 'app'],
  },
  { row: 'reset alone asks for no passkey', M: ['passkey'], S: ['email'], n: 1, shows: ['email'] },
  {
    row: 'a passkey that is there is not asked for again',
    M: ['passkey', 'app'],
    S: ['app', 'email'],
    n: 1,
    mfa: true,
    have: ['passkey'],
    shows: ['email'],
  },
]

describe.each([
  ['classic', classic],
  ['passkeyFirst', passkeyFirst],
] as const)('in the order %s', (order, rows) => {
  test.each(rows.map((row) => [row.row, row] as const))('%s', (_, row) => {
    const { steps, unsatisfiable } = plan(row, order)
    expect(steps.map((step) => step.method)).toEqual(row.shows)
    expect(unsatisfiable.map(({ requirement }) => requirement)).toEqual(row.short ?? [])
    if (row.alternatives) expect(steps.map((step) => step.alternatives)).toEqual(row.alternatives)
  })
})

test('each step says which requirement asked for it, and why', () => {
  const row: Row = { row: '', M: ['passkey', 'app'], S: ['app', 'email'], n: 1, mfa: true, shows: [] }
  expect(plan(row, 'passkeyFirst').steps).toMatchObject([
    { method: 'passkey', serves: ['mfa'], because: ['mfaRequired'] },
    { method: 'email', serves: ['passwordReset'], because: ['passwordResetRegistration'] },
  ])
  expect(plan(row, 'classic').steps).toMatchObject([
    { method: 'app', serves: ['mfa', 'passwordReset'], because: ['mfaRequired', 'passwordResetRegistration'] },
  ])
})

import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { unknownAaguid } from '@/lib/authentication-methods/model'
import { verifySecret } from '@/lib/password/hashing'
import { changePassword } from '@/lib/password-change/commands'
import { findPassword } from '@/lib/password-change/store'
import { askedQuestions, proveWithAnswers } from '@/lib/password-reset/answer'
import { setNewPassword } from '@/lib/password-reset/finish'
import { proveWithCall, proveWithOath, proveWithSentCode } from '@/lib/password-reset/prove'
import { sendToGate } from '@/lib/password-reset/send'
import { viewWays } from '@/lib/password-reset/view'
import { db } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { anAsking, anOrigin, auditOf, queuedMessages, sentCode } from '@/tests/support/asking'
import { aGroup } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'
import {
  addMethod,
  allowAllMethods,
  aMobile,
  anAddress,
  anOffice,
  answerTo,
  type Browser,
  beginReset,
  decideReset,
  pressKey,
  someone,
} from '@/tests/support/password-reset'

/** The acceptance cases of self-service password reset by their number (`40` §16), with a turned clock. */

testDatabase()
const clock = testClock()
const password = 'a gull on every bollard'
const next = 'fog rolls over the crane'

beforeAll(allowAllMethods)
beforeEach(async () => {
  clock.turn(0)
  await decideReset()
})

type Person = Awaited<ReturnType<typeof someone>>
const progress = 'Self-service password reset flow activity progress'
const start = async (person: Person) => {
  const browser = await beginReset(person.userPrincipalName)
  const events = await auditOf(person.id, progress)
  return { browser, reason: events.at(-1)?.reason }
}
const mail = async (browser: Browser, person: Person) => {
  expect(await browser.go((asking) => sendToGate(asking, 'email', null))).toMatch(/Gate$/)
  const code = await sentCode(person.id)
  return browser.go((asking) => proveWithSentCode(asking, code))
}
const app = (browser: Browser, person: Person) => browser.go((asking) => proveWithOath(asking, person.code()))
const text = async (browser: Browser, person: Person, number: string) => {
  await browser.go((asking) => sendToGate(asking, 'sms', { number, country: 'GB' }))
  const code = await sentCode(person.id)
  return browser.go((asking) => proveWithSentCode(asking, code))
}
const set = (browser: Browser, newPassword = next) => browser.go((asking) => setNewPassword(asking, newPassword))
const isPassword = async (userId: string, candidate: string) => {
  const checked = await verifySecret(candidate, (await findPassword(db(), userId))?.passwordHash ?? '')
  return checked.ok && checked.value.matches
}
const signIn = async (person: Person, secret: string, clientAddress?: string) => {
  const origin = anOrigin(clientAddress)
  const answer = await signInWithPassword({
    userPrincipalName: person.userPrincipalName,
    secret,
    returnTo: null,
    origin,
  })
  return answer.ok ? 'ok' : answer.failure.code
}
const blocked = (person: Person) => auditOf(person.id, 'Blocked from self-service password reset')

describe('who may', () => {
  it('1 nobody: SSPR_0009', async () => {
    await decideReset({ enabledFor: 'none' })
    expect((await start(await someone(['email']))).reason).toBe('SSPR_0009')
  })

  it('2 and 3 a group: whoever is in it through another passes, whoever is not is SSPR_0013', async () => {
    const [inside, outside] = [await someone(['email']), await someone(['email'])]
    const nested = await aGroup(db(), { memberIds: [inside.id] })
    const group = await aGroup(db(), { childIds: [nested.id] })
    await decideReset({ enabledFor: 'selected', groupId: group.id })
    expect((await start(inside)).reason).toBe('identified')
    const { browser, reason } = await start(outside)
    expect(reason).toBe('SSPR_0013')
    // To the outside it goes on as for everybody; once they have proven who they are, they are told.
    expect(browser.step).toBe('firstGate')
    expect(await mail(browser, outside)).toBe('refused')
    expect((await browser.look())?.reset.refusal).toBe('SSPR_0013')
  })

  it('4 a phone alone where two are asked: SSPR_0014', async () => {
    await decideReset({ numberOfMethodsRequired: 2 })
    expect((await start(await someone([{ mobile: aMobile() }]))).reason).toBe('SSPR_0014')
  })

  it('7 an administrator with a mail alone: SSPR_0014', async () => {
    const administrator = await someone(['email'], { roles: ['userAdministrator'] })
    expect((await start(administrator)).reason).toBe('SSPR_0014')
  })

  it('8 an administrator with questions and a mail: SSPR_0014', async () => {
    const questions = ['hidingPlace', 'toyLost', 'familyStory', 'softToy', 'firstCrush']
    const administrator = await someone([{ questions }, 'email'], { roles: ['userAdministrator'] })
    expect((await start(administrator)).reason).toBe('SSPR_0014')
  })

  it('9 administrators may not, whatever their scope: refused, and told so after a proof', async () => {
    await decideReset({ isAdministratorResetAllowed: false })
    const administrator = await someone(['email', 'app'], { roles: ['userAdministrator'] })
    const { browser, reason } = await start(administrator)
    expect(reason).toBe('administrator_not_allowed')
    expect(await mail(browser, administrator)).toBe('refused')
  })

  it('18 an alternate phone alone: SSPR_0014', async () => {
    expect((await start(await someone([{ alternate: aMobile() }]))).reason).toBe('SSPR_0014')
  })

  it('19 a passkey alone: SSPR_0014, unless the organisation lets it count', async () => {
    const person = await someone([])
    await addMethod(person.id, {
      ...{ kind: 'passkey', name: null, credentialId: randomBytes(16), publicKey: randomBytes(77), algorithm: -7 },
      ...{ signCount: 0n, aaguid: unknownAaguid, backupEligible: false, backupState: false, transports: [] },
      ...{ attestationFormat: 'none', isAttested: false },
    })
    expect((await start(person)).reason).toBe('SSPR_0014')
    await decideReset({}, { isPasskeyAccepted: true })
    expect((await start(person)).reason).toBe('identified')
  })

  it('24 a number in the profile that was never registered: SSPR_0014', async () => {
    const person = await someone([])
    await db().user.update({ where: { id: person.id }, data: { businessPhone: '+442079460958', mail: 'x@y.example' } })
    expect((await start(person)).reason).toBe('SSPR_0014')
  })
})

describe('gates', () => {
  it.each(['app first', 'mail first'])('5 an app and a mail: %s, and the app is not asked for twice', async (order) => {
    await decideReset({ numberOfMethodsRequired: 2 })
    const person = await someone(['app', 'email'])
    const { browser } = await start(person)
    if (order === 'app first') {
      expect(await app(browser, person)).toBe('nextGate')
      const ways = await viewWays(browser.resetting)
      expect(ways.filter(({ blockedBy }) => blockedBy === null).map(({ way }) => way)).toEqual(['email'])
      expect(ways[0]?.detail).toMatch(/^pr•••@example\.com$/)
      clock.turn(60)
      expect(await app(browser, person)).toBe('nextGate')
      expect(await mail(browser, person)).toBe('newPassword')
    } else {
      expect(await mail(browser, person)).toBe('nextGate')
      expect(await app(browser, person)).toBe('newPassword')
    }
    expect(await set(browser)).toBe('done')
    expect(await isPassword(person.id, next)).toBe(true)
  })

  it('6 three of five questions: in if all are right, other questions if one is wrong, and the same ones meanwhile', async () => {
    const questions = ['hidingPlace', 'toyLost', 'familyStory', 'softToy', 'firstCrush']
    const person = await someone([{ questions }])
    const { browser } = await start(person)
    const asked = async (of: Browser) => {
      const found = await of.look()
      if (!found) throw new Error('the reset is gone')
      return askedQuestions(found.reset, found.questionRound, of.resetting)
    }
    const first = await asked(browser)
    expect(first).toHaveLength(3)
    expect(await asked((await start(person)).browser)).toEqual(first)
    const answers = first.map(answerTo)
    expect(await browser.go((asking) => proveWithAnswers(asking, [...answers.slice(0, 2), 'something else']))).toBe(
      'password_reset.answers_mismatch',
    )
    expect((await browser.look())?.questionRound).toBe(1)
    const second = await asked(browser)
    expect(
      await browser.go((asking) =>
        proveWithAnswers(
          asking,
          second.map((key) => answerTo(key).toUpperCase()),
        ),
      ),
    ).toBe('newPassword')
  })

  it('10 five wrong codes of a text message: the sixth locks for a day, and the trail says so', async () => {
    const number = aMobile()
    const person = await someone([{ mobile: number }])
    const { browser } = await start(person)
    await browser.go((asking) => sendToGate(asking, 'sms', { number, country: 'GB' }))
    const code = await sentCode(person.id)
    const wrong = code === '000000' ? '000001' : '000000'
    for (let tries = 1; tries <= 5; tries++)
      expect(await browser.go((asking) => proveWithSentCode(asking, wrong))).toBe('password_reset.code_mismatch')
    expect(await blocked(person)).toEqual([])
    expect(await browser.go((asking) => proveWithSentCode(asking, code))).toBe('throttled')
    expect(await blocked(person)).toMatchObject([{ outcome: 'failure', reason: 'too_many_attempts' }])
    expect((await start(person)).browser.step).toBe('throttled')
    // Signing in is not touched by it.
    expect(await signIn(person, password)).toBe('ok')
    clock.turn(86_390)
    expect((await start(person)).browser.step).toBe('throttled')
    clock.turn(86_410)
    expect((await start(person)).browser.step).toBe('firstGate')
  })

  it('11 the eleventh mail in ten minutes locks, although far fewer were sent', async () => {
    const person = await someone(['email'])
    const { browser } = await start(person)
    for (let asked = 1; asked <= 10; asked++) {
      clock.turn(asked * 40)
      await browser.go((asking) => sendToGate(asking, 'email', null))
    }
    expect(browser.step).toBe('firstGate')
    clock.turn(440)
    expect(await browser.go((asking) => sendToGate(asking, 'email', null))).toBe('throttled')
    expect(await blocked(person)).toHaveLength(1)
    expect((await queuedMessages(person.id)).length).toBeLessThanOrEqual(5)
  })

  it('13 a code of five minutes and a second has expired, and costs no try', async () => {
    const person = await someone(['email'])
    const { browser } = await start(person)
    await browser.go((asking) => sendToGate(asking, 'email', null))
    const code = await sentCode(person.id)
    clock.turn(301)
    expect(await browser.go((asking) => proveWithSentCode(asking, code))).toBe('password_reset.code_expired')
    expect(await mail(browser, person)).toBe('newPassword')
  })

  it('the form of a code that was taken leads to where the reset stands, and costs no try', async () => {
    await decideReset({ numberOfMethodsRequired: 2 })
    const person = await someone(['email', 'app'])
    const { browser } = await start(person)
    await browser.go((asking) => sendToGate(asking, 'email', null))
    const code = await sentCode(person.id)
    expect(await browser.go((asking) => proveWithSentCode(asking, code))).toBe('nextGate')
    expect(await browser.go((asking) => proveWithSentCode(asking, code))).toBe('nextGate')
    expect(await app(browser, person)).toBe('newPassword')
  })

  it('20 and 23 a text message and a call to the office, which is made without the extension', async () => {
    await decideReset({ numberOfMethodsRequired: 2 })
    const [mobile, office] = [aMobile(), anOffice()]
    const person = await someone([{ mobile }, { office, extension: '318' }])
    const { browser } = await start(person)
    expect(await text(browser, person, mobile)).toBe('nextGate')
    await browser.go((asking) => sendToGate(asking, 'officeCall', { number: office, country: 'GB' }))
    expect((await queuedMessages(person.id)).at(-1)).toMatchObject({ channel: 'voice', to: office })
    expect(await browser.go(proveWithCall)).toBe('password_reset.call_waiting')
    expect(await pressKey(person.id, '#')).toBe('approved')
    expect(await browser.go(proveWithCall)).toBe('newPassword')
  })

  it('two phones with one number are no two gates', async () => {
    await decideReset({ numberOfMethodsRequired: 2 })
    const number = aMobile()
    expect((await start(await someone([{ mobile: number }, { office: number }]))).reason).toBe('SSPR_0014')
  })
})

describe('the new password', () => {
  const atEnd = async (person: Person) => {
    const { browser } = await start(person)
    expect(await mail(browser, person)).toBe('newPassword')
    return browser
  }

  it('12 after fifteen minutes and a second the reset is over, and nothing was changed', async () => {
    const person = await someone(['email'])
    const browser = await atEnd(person)
    clock.turn(901)
    expect(await set(browser)).toBe('identify')
    expect(await isPassword(person.id, password)).toBe(true)
  })

  it('14 whoever was locked out after wrong passwords signs in with the new one at once', async () => {
    const person = await someone(['email'])
    const address = '192.0.2.200'
    for (let tries = 0; tries < 10; tries++) await signIn(person, `wrong ${tries}`, address)
    expect(await signIn(person, password, address)).toBe('sign_in.locked')
    expect(await set(await atEnd(person))).toBe('done')
    expect(await signIn(person, next, address)).toBe('ok')
    expect(await signIn(person, password)).toBe('sign_in.failed')
  })

  it('15 without the option nobody is asked whether they only want to unlock', async () => {
    const person = await someone(['email'])
    expect((await start(person)).browser.step).toBe('firstGate')
    await decideReset({}, { isUnlockAllowed: true })
    expect((await start(person)).browser.step).toBe('choose')
  })

  it('16 and 17 the old password may be chosen at a reset, and not at a change', async () => {
    const person = await someone(['email'])
    expect(await set(await atEnd(person), password)).toBe('done')
    const changed = await changePassword(await anAsking(person.id), {
      currentPassword: password,
      newPassword: password,
    })
    expect(changed).toMatchObject({ failure: { code: 'password.not_acceptable' } })
  })

  it('21 the person is told at every address, once each, if that is set', async () => {
    const address = anAddress()
    const person = await someone([{ email: address }], { mail: 'at-work@harbor.example' })
    expect(await set(await atEnd(person))).toBe('done')
    const told = (await queuedMessages(person.id)).filter(({ template }) => template === 'passwordReset')
    expect(told.map(({ to }) => to).sort()).toEqual(['at-work@harbor.example', address].sort())
    await decideReset({}, { isPersonNotified: false })
    const untold = await someone(['email'])
    expect(await set(await atEnd(untold))).toBe('done')
    expect((await queuedMessages(untold.id)).map(({ template }) => template)).toEqual(['verificationCode'])
  })

  it('22 all Global Administrators are told when an administrator did it, if that is set', async () => {
    const bosses = [
      await someone([], { roles: ['globalAdministrator'], mail: 'boss@harbor.example' }),
      await someone([], { roles: ['globalAdministrator'], mail: 'other-boss@harbor.example' }),
    ]
    const told = async () => (await Promise.all(bosses.map(({ id }) => queuedMessages(id)))).flat()
    const byAdministrator = async () => {
      const person = await someone(['email', 'app'], { roles: ['helpdeskAdministrator'] })
      const { browser } = await start(person)
      expect(await mail(browser, person)).toBe('nextGate')
      expect(await app(browser, person)).toBe('newPassword')
      expect(await set(browser)).toBe('done')
      return { template: 'administratorPasswordReset', values: { account: person.userPrincipalName } }
    }
    const message = await byAdministrator()
    const toAll = ['boss@harbor.example', 'other-boss@harbor.example'].map((to) => ({ ...message, to }))
    expect(await told()).toMatchObject(toAll)
    await decideReset({}, { areAdministratorsNotified: false })
    await byAdministrator()
    expect(await told()).toMatchObject(toAll)
  })

  it('ends every session, ceremony, other reset and temporary password, keeps the methods, and signs nobody in', async () => {
    const person = await someone(['email', 'app'])
    const asking = await anAsking(person.id)
    const other = await start(person)
    expect(await app(other.browser, person)).toBe('newPassword')
    await db().user.update({
      where: { id: person.id },
      data: { temporaryPasswordEndsAt: new Date(Date.now() + 86_400_000) },
    })
    const before = (await loadMethods(db(), person.id)).map(({ id }) => id)
    expect(await set(await atEnd(person))).toBe('done')
    expect(await db().session.count({ where: { userId: person.id } })).toBe(0)
    expect(await db().challenge.count({ where: { userId: person.id } })).toBe(0)
    expect(await other.browser.look()).toBeNull()
    expect(await db().session.findUnique({ where: { id: asking.session.id } })).toBeNull()
    expect((await findPassword(db(), person.id))?.temporaryPasswordEndsAt).toBeNull()
    expect((await loadMethods(db(), person.id)).map(({ id }) => id)).toEqual(before)
  })

  it('each step is in the trail under one reference, without a code, a number or a password', async () => {
    const person = await someone(['email'])
    const browser = await atEnd(person)
    await set(browser, 'tiny sail')
    expect(await set(browser)).toBe('done')
    const events = await auditOf(person.id)
    expect(events.map(({ activity, outcome }) => `${activity}: ${outcome}`)).toEqual([
      'User started password reset: success',
      `${progress}: success`,
      `${progress}: success`,
      `${progress}: success`,
      'Reset password (self-service): failure',
      'Reset password (self-service): success',
    ])
    const reference = (await browser.look())?.reset.reference ?? 'none'
    expect(events.every(({ record }) => record.includes(reference))).toBe(true)
    const told = JSON.stringify(events)
    for (const secret of [await sentCode(person.id), next, 'tiny sail', 'private-']) expect(told).not.toContain(secret)
  })
})

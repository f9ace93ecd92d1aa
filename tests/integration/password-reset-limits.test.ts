import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { limits } from '@/lib/limits'
import { askedQuestions, proveWithAnswers } from '@/lib/password-reset/answer'
import { askForHelp } from '@/lib/password-reset/contact'
import { setNewPassword } from '@/lib/password-reset/finish'
import { proveWithOath, proveWithSentCode } from '@/lib/password-reset/prove'
import { sendToGate } from '@/lib/password-reset/send'
import { db } from '@/lib/platform/db'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { anOrigin, auditOf, sentCode } from '@/tests/support/asking'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'
import {
  allowAllMethods,
  aMobile,
  answerTo,
  type Browser,
  beginReset,
  decideReset,
  someone,
} from '@/tests/support/password-reset'

/** What a stranger can use up with resets of other people's passwords: slow hashes, mails, and tries. */

// Counts what is hashed: the library itself is not replaced.
vi.mock('@node-rs/argon2', { spy: true })

testDatabase()
const clock = testClock()
const next = 'fog rolls over the crane'
const questions = ['hidingPlace', 'toyLost', 'familyStory', 'softToy', 'firstCrush']

beforeAll(allowAllMethods)
beforeEach(async () => {
  clock.turn(0)
  await decideReset()
})

const nobody = () => `nobody-${randomBytes(4).toString('hex')}@harbor.example`
const answer = (browser: Browser, given: readonly string[] = ['one', 'two', 'three']) =>
  browser.go((asking) => proveWithAnswers(asking, given))
const mail = async (browser: Browser, userId: string) => {
  await browser.go((asking) => sendToGate(asking, 'email', null))
  const code = await sentCode(userId)
  return browser.go((asking) => proveWithSentCode(asking, code))
}
/** How many slow hashes the work cost. */
const hashesOf = async (work: () => Promise<unknown>): Promise<number> => {
  vi.mocked(hash).mockClear()
  vi.mocked(verify).mockClear()
  await work()
  return vi.mocked(hash).mock.calls.length + vi.mocked(verify).mock.calls.length
}

describe('SEC-085: answers are limited before they are hashed', () => {
  it('a set costs one hash for each answer, whether somebody has the name or not', async () => {
    const known = await beginReset((await someone([{ questions }])).userPrincipalName)
    const unknown = await beginReset(nobody())
    expect(await hashesOf(() => answer(known))).toBe(3)
    expect(await hashesOf(() => answer(unknown))).toBe(3)
  })

  it('of many sets at once in one reset no more are hashed than may be wrong', async () => {
    const browser = await beginReset(nobody())
    const said: string[] = []
    const hashes = await hashesOf(async () => {
      said.push(...(await Promise.all(Array.from({ length: 12 }, () => answer(browser)))))
    })
    expect(hashes).toBe(3 * limits.passwordReset.answersPerResetPerMinute)
    expect(said.filter((each) => each === 'throttle.too_many_requests')).toHaveLength(7)
  })

  it('an address has so many sets a minute, whatever names it tries', async () => {
    const { clientAddress } = anOrigin()
    const address = clientAddress ?? ''
    const perReset = limits.passwordReset.answersPerResetPerMinute - 1
    for (let tried = 0; tried < limits.passwordReset.answersPerAddressPerMinute; tried += perReset) {
      const browser = await beginReset(nobody(), { clientAddress: address })
      for (let set = 0; set < perReset; set++) expect(await answer(browser)).toBe('password_reset.answers_mismatch')
    }
    const more = await beginReset(nobody(), { clientAddress: address })
    expect(await hashesOf(async () => expect(await answer(more)).toBe('throttle.too_many_requests'))).toBe(0)
    expect(await answer(await beginReset(nobody()))).toBe('password_reset.answers_mismatch')
    clock.turn(61)
    expect(await answer(more)).toBe('password_reset.answers_mismatch')
  }, 60_000)

  it('where no questions are asked none are judged, and nothing is counted', async () => {
    await decideReset({ allowedMethodKinds: ['softwareOath', 'email'] })
    const browser = await beginReset(nobody())
    const hashes = await hashesOf(async () => {
      for (let tries = 0; tries < 7; tries++) expect(await answer(browser)).toBe('password_reset.way_unavailable')
    })
    expect(hashes).toBe(0)
  })

  it.each<[string, string, (browser: Browser, userId: string) => Promise<unknown>]>([
    ['it is not chosen what is wanted', 'choose', async () => {}],
    ['the time is over', 'identify', async () => clock.turn(limits.passwordReset.sessionSeconds + 1)],
    ['everything is proven', 'newPassword', mail],
    [
      'it is done',
      'done',
      async (browser, userId) => {
        await mail(browser, userId)
        await browser.go((asking) => setNewPassword(asking, next))
      },
    ],
  ])('nothing is hashed when %s', async (_title, step, lead) => {
    if (step === 'choose') await decideReset({}, { isUnlockAllowed: true })
    const person = await someone(['email', { questions }])
    const browser = await beginReset(person.userPrincipalName)
    await lead(browser, person.id)
    expect(await hashesOf(async () => expect(await answer(browser)).toBe(step))).toBe(0)
  })

  it('nothing is hashed for a form of another reset', async () => {
    const { resetting } = await beginReset(nobody())
    const other = { ...resetting, resetId: '00000000-0000-4000-8000-000000000000' }
    expect(await hashesOf(() => proveWithAnswers(other, ['one', 'two', 'three']))).toBe(0)
  })

  it('the right answers open the gate all the same', async () => {
    const browser = await beginReset((await someone([{ questions }])).userPrincipalName)
    const found = await browser.look()
    if (!found) throw new Error('the reset is gone')
    const asked = await askedQuestions(found.reset, found.questionRound, browser.resetting)
    expect(await answer(browser, asked.map(answerTo))).toBe('newPassword')
  })
})

describe('SEC-195: five wrong codes of an app, by a stranger', () => {
  it('stop the resets of the name and pause the app, but no other method and not the account', async () => {
    const secret = 'a gull on every bollard'
    const person = await someone(['app', 'email', { mobile: aMobile() }], { password: secret })
    const browser = await beginReset(person.userPrincipalName)
    const guess = () => browser.go((asking) => proveWithOath(asking, '000000'))
    for (let tries = 0; tries < limits.passwordReset.failuresPerHour; tries++)
      expect(await guess()).toBe('password_reset.code_mismatch')
    expect(await guess()).toBe('throttled')
    const [app, ...others] = await Promise.all(
      person.ids.map((id) => db().authenticationMethod.findUniqueOrThrow({ where: { id } })),
    )
    // The count is the method's, whatever the way in (SEC-055).
    expect(app).toMatchObject({ consecutiveFailures: 5, blockedUntil: expect.any(Date), disabledAt: null })
    for (const other of others) expect(other).toMatchObject({ consecutiveFailures: 0, blockedUntil: null })
    const { userPrincipalName } = person
    const given = { userPrincipalName, secret, returnTo: null, origin: anOrigin() }
    expect(await signInWithPassword(given)).toMatchObject({ ok: true })
  })
})

describe('the mails that ask for help', () => {
  const ask = async (name: string) => {
    const browser = await beginReset(name)
    expect(await askForHelp(browser.resetting)).toMatchObject({ ok: true })
    return browser
  }
  /** A few at once: each is answered no sooner than it must be, and holds a connection. */
  const askAll = async (names: readonly string[]) => {
    for (let from = 0; from < names.length; from += 4) await Promise.all(names.slice(from, from + 4).map(ask))
  }
  const mails = () => db().outboxMessage.count({ where: { template: 'helpAsked' } })

  it('are not used up by names that nobody has, and those of the installation are limited', async () => {
    const { contactsPerInstallationPerHour: max } = limits.passwordReset
    await someone([], { roles: ['helpdeskAdministrator'], mail: 'helpdesk@harbor.example' })
    await askAll(Array.from({ length: max }, nobody))
    expect(await mails()).toBe(0)
    const people: string[] = []
    while (people.length < max) people.push((await someone([])).userPrincipalName)
    await askAll(people)
    expect(await mails()).toBe(max)
    const last = await someone([])
    await ask(last.userPrincipalName)
    expect(await mails()).toBe(max)
    expect((await auditOf(last.id)).at(-1)).toMatchObject({ outcome: 'failure', reason: 'too_many_requests' })
    // Whose mail was stopped does not wait an hour of their own for the next one.
    await db().throttleCounter.deleteMany({ where: { key: { startsWith: 'resetContacts:' } } })
    await ask(last.userPrincipalName)
    expect(await mails()).toBe(max + 1)
  }, 60_000)
})

describe('a new password is hashed only where it is the next step', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['a second proof is missing', 'nextGate', () => decideReset({ numberOfMethodsRequired: 2 })],
    ['the time is over', 'identify', async () => clock.turn(limits.passwordReset.sessionSeconds + 1)],
    ['it is refused', 'refused', () => decideReset({ enabledFor: 'none' })],
  ])('not when %s', async (_title, step, change) => {
    const person = await someone(['email', 'app'])
    const browser = await beginReset(person.userPrincipalName)
    expect(await mail(browser, person.id)).toBe('newPassword')
    await change()
    const set = () => browser.go((asking) => setNewPassword(asking, next))
    expect(await hashesOf(async () => expect(await set()).toBe(step))).toBe(0)
  })
})

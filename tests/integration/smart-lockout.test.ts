import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DirectoryRole } from '@/lib/directory/model'
import { purgeExpired } from '@/lib/jobs/purge'
import { limits } from '@/lib/limits'
import { hashSecret } from '@/lib/password/hashing'
import { defaultPasswordProtection, type PasswordProtection } from '@/lib/password/policy-model'
import { readPasswordProtection } from '@/lib/password/store'
import { updatePasswordProtection } from '@/lib/password-change/protection'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { db } from '@/lib/platform/db'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { throttleKey } from '@/lib/throttle/keys'
import { anAsking, anOrigin, aProof, auditOf } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

/** The rows of smart lockout (SSPR specification §7.4), with a turned clock. */

const database = testDatabase()
const clock = testClock()
const password = 'a gull on every bollard'
let passwordHash: string

beforeAll(async () => {
  const hashed = await hashSecret(password)
  if (!hashed.ok) throw new Error(hashed.failure.code)
  passwordHash = hashed.value
})
beforeEach(async () => {
  clock.turn(0)
  // The limit of one address a minute is not what is tested here.
  await database.query(`DELETE FROM throttle_counter WHERE key LIKE 'signIn:%'`)
})

const person = () => aUser(db(), { passwordHash })
const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code
type Place = { readonly address?: string; readonly browser?: string }
const signIn = (name: string, secret: string, { address, browser }: Place = {}) =>
  signInWithPassword({
    ...{ userPrincipalName: name, secret, returnTo: null, browser: browser ?? null },
    origin: anOrigin(address),
  })
async function guess(name: string, times: number, place: Place = {}, from = 0): Promise<void> {
  for (let number = from; number < from + times; number++) await signIn(name, `wrong ${number}`, place)
}
const waitOf = async (name: string, place: Place = {}) => {
  const answer = await signIn(name, password, place)
  return answer.ok ? 0 : (answer.failure.retryAfterSeconds ?? null)
}
async function decide(change: Partial<PasswordProtection>): Promise<void> {
  const { version } = await readPasswordProtection(db())
  const asking = await anAsking((await aUser(db(), { roles: ['securityAdministrator'] })).id)
  const saved = await updatePasswordProtection(asking, { ...defaultPasswordProtection, ...change }, version)
  if (!saved.ok) throw new Error(saved.failure.code)
}

describe('threshold and duration', () => {
  it('nine wrong ones pause nothing, the tenth pauses for a minute, and the right one is refused in it', async () => {
    const { userPrincipalName: name } = await person()
    await guess(name, 9)
    expect(await waitOf(name)).toBe(0)
    await guess(name, 10)
    expect(await waitOf(name)).toBe(60)
    clock.turn(59)
    expect(await waitOf(name)).toBe(1)
    clock.turn(60)
    expect(await waitOf(name)).toBe(0)
  })

  it('the first wrong one after a pause pauses again, each time for twice as long', async () => {
    const { userPrincipalName: name } = await person()
    await guess(name, 10)
    let elapsed = 0
    for (const [number, seconds] of [60, 120, 240, 480].entries()) {
      expect(await waitOf(name)).toBe(seconds)
      elapsed += seconds
      clock.turn(elapsed)
      await guess(name, 1, {}, 100 + number)
    }
    expect(await waitOf(name)).toBe(960)
  })

  it('in a pause nothing is judged, so guessing on does not lengthen it', async () => {
    const { userPrincipalName: name } = await person()
    await guess(name, 30)
    expect(await waitOf(name)).toBe(60)
  })

  it('an unknown name is paused alike', async () => {
    await guess('nobody@harbor.example', 10)
    expect(await waitOf('nobody@harbor.example')).toBe(60)
  })

  it('the log has the number that administrators know', async () => {
    const user = await person()
    await guess(user.userPrincipalName, 11)
    const rows = await database.query<{ error_code: number }>(
      'SELECT error_code FROM sign_in_log WHERE user_id = $1 ORDER BY at DESC LIMIT 1',
      [user.id],
    )
    expect(rows).toEqual([{ error_code: 50053 }])
  })

  it('are as the organisation decided, from the next wrong one on', async () => {
    await decide({ lockoutThreshold: 3, lockoutSeconds: 300 })
    const { userPrincipalName: name } = await person()
    await guess(name, 2)
    expect(await waitOf(name)).toBe(0)
    await guess(name, 3)
    expect(await waitOf(name)).toBe(300)
    clock.turn(300)
    await guess(name, 1, {}, 50)
    expect(await waitOf(name)).toBe(600)
    clock.turn(0)
    await decide({})
  })
})

describe('the same wrong password again', () => {
  it('does not count while it is one of the last three of the last day', async () => {
    const { userPrincipalName: name } = await person()
    await guess(name, 9)
    for (let number = 0; number < 20; number++) await guess(name, 3, {}, 6)
    expect(await waitOf(name)).toBe(0)
    await guess(name, 9)
    await guess(name, 1, {}, 2)
    expect(await waitOf(name)).toBe(60)
  })

  it('is kept as a keyed hash, at most three, at most a day', async () => {
    const { userPrincipalName: name } = await person()
    await guess(name, 5)
    const stored = async () => {
      const rows = await database.query<{ remembered: Buffer[] }>(
        'SELECT remembered FROM throttle_counter WHERE key = $1',
        [throttleKey('password', name, 'unfamiliar')],
      )
      return rows[0]?.remembered ?? []
    }
    expect(await stored()).toHaveLength(3)
    expect(Buffer.concat(await stored()).toString('latin1')).not.toContain('wrong')
    // A long pause keeps the row for longer than a day; the hashes go all the same.
    await database.query(
      `UPDATE throttle_counter SET expires_at = now() + interval '3 days', locked_until = now() + interval '2 days'
       WHERE key = $1`,
      [throttleKey('password', name, 'unfamiliar')],
    )
    clock.turn(limits.passwordLockout.rememberedSeconds - 60)
    await purgeExpired()
    expect(await stored()).toHaveLength(3)
    clock.turn(limits.passwordLockout.rememberedSeconds + 60)
    await purgeExpired()
    expect(await stored()).toHaveLength(0)
  })
})

describe('familiar and unfamiliar places', () => {
  const desk = { address: '203.0.113.7' }
  const browser = 'b'.repeat(43)

  it('have counters of their own: strangers do not lock somebody out at their desk', async () => {
    const { userPrincipalName: name } = await person()
    expect(await waitOf(name, desk)).toBe(0)
    await guess(name, 10, { address: '198.51.100.1' })
    expect(await waitOf(name, { address: '192.0.2.5' })).toBe(60)
    expect(await waitOf(name, desk)).toBe(0)
    await guess(name, 10, desk)
    expect(await waitOf(name, desk)).toBe(60)
  })

  it('are networks: an IPv4 /24, an IPv6 /64', async () => {
    const { userPrincipalName: name } = await person()
    await waitOf(name, { address: '203.0.113.7' })
    await waitOf(name, { address: '2001:db8:1:2::7' })
    await guess(name, 10, { address: '198.51.100.2' })
    expect(await waitOf(name, { address: '203.0.113.200' })).toBe(0)
    expect(await waitOf(name, { address: '2001:db8:1:2:ffff::1' })).toBe(0)
    expect(await waitOf(name, { address: '203.0.114.7' })).toBe(60)
    expect(await waitOf(name, { address: '2001:db8:1:3::7' })).toBe(60)
  })

  it('are browsers too, wherever they are', async () => {
    const { userPrincipalName: name } = await person()
    await waitOf(name, { address: '203.0.113.7', browser })
    await guess(name, 10, { address: '198.51.100.3' })
    expect(await waitOf(name, { address: '192.0.2.9', browser })).toBe(0)
    expect(await waitOf(name, { address: '198.18.0.10', browser: 'c'.repeat(43) })).toBe(60)
  })

  it('are forgotten 30 days after the last sign-in from there', async () => {
    const { userPrincipalName: name } = await person()
    const days = (count: number) => clock.turn(count * 86_400)
    await waitOf(name, desk)
    days(20)
    await waitOf(name, desk)
    days(49)
    await guess(name, 10, { address: '198.51.100.4' })
    expect(await waitOf(name, desk)).toBe(0)
    days(80)
    await guess(name, 10, { address: '198.51.100.5' })
    expect(await waitOf(name, desk)).toBe(60)
  })

  it('of one person are not those of another, and a failed try makes none', async () => {
    const [one, other] = [await person(), await person()]
    await waitOf(one.userPrincipalName, { ...desk, browser })
    await guess(other.userPrincipalName, 1, { ...desk, browser })
    await guess(other.userPrincipalName, 10, { address: '198.51.100.6' })
    expect(await waitOf(other.userPrincipalName, { ...desk, browser })).toBe(60)
  })
})

describe('the end of a pause', () => {
  it('a temporary password by the help desk ends it, for every place', async () => {
    const user = await person()
    const { userPrincipalName: name } = user
    await waitOf(name, { address: '203.0.113.7' })
    await guess(name, 10, { address: '203.0.113.7' })
    await guess(name, 10, { address: '198.51.100.8' })
    const desk = await aUser(db(), { roles: ['helpdeskAdministrator'] })
    const asking = await anAsking(desk.id, { proofs: [aProof('password'), aProof('softwareOath')] })
    const issued = await issueTemporaryPassword(asking, user.id)
    if (!issued.ok) throw new Error(issued.failure.code)
    for (const address of ['203.0.113.7', '198.51.100.8'])
      expect(code(await signIn(name, issued.value.password, { address }))).toBe('ok')
  })
})

describe('changing the rules', () => {
  const asking = async (role: DirectoryRole) => anAsking((await aUser(db(), { roles: [role] })).id)

  it('is for the two roles that documents name, and for the highest', async () => {
    for (const role of ['authenticationPolicyAdministrator', 'securityAdministrator', 'globalAdministrator'] as const) {
      const { version } = await readPasswordProtection(db())
      expect(code(await updatePasswordProtection(await asking(role), defaultPasswordProtection, version))).toBe('ok')
    }
    const { version } = await readPasswordProtection(db())
    for (const role of ['globalReader', 'authenticationAdministrator', 'helpdeskAdministrator'] as const)
      expect(code(await updatePasswordProtection(await asking(role), defaultPasswordProtection, version))).toBe(
        'directory.forbidden',
      )
  })

  it('needs the version that was shown, and says what came and went', async () => {
    const { version } = await readPasswordProtection(db())
    const admin = await asking('globalAdministrator')
    const first = { ...defaultPasswordProtection, isBlockedWordsOn: true, blockedWords: ['harbor', 'gantry'] }
    expect(code(await updatePasswordProtection(admin, first, version))).toBe('ok')
    expect(code(await updatePasswordProtection(admin, first, version))).toBe('policyChanges.changed_meanwhile')
    const second = { ...first, blockedWords: ['gantry', 'bollard'] }
    expect(code(await updatePasswordProtection(admin, second, version + 1))).toBe('ok')
    const events = await auditOf('passwordProtection', 'App: password protection changed')
    expect(events.at(-1)?.outcome).toBe('success')
    expect(JSON.parse(events.at(-1)?.record ?? '')).toMatchObject({
      before: { blockedWordsCount: 2, blockedWordsOnlyHere: ['harbor'] },
      after: { blockedWordsCount: 2, blockedWordsOnlyHere: ['bollard'] },
    })
    await decide({})
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import { hotp } from '@/lib/authentication-methods/kinds/hardware-oath'
import type { DirectoryRole } from '@/lib/directory/model'
import { findTokens, insertTokens } from '@/lib/hardware-oath/store/tokens'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { removeMethodOf, requireReregistration } from '@/lib/security-info/administer'
import { activateTokenOf, assignTokenTo, takeTokenBack } from '@/lib/security-info/administer-tokens'
import { confirmHardwareOath, pendingHardwareOath, startHardwareOath } from '@/lib/security-info/hardware-oath'
import { remove, rename } from '@/lib/security-info/manage'
import { confirmSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { verifyWithToken } from '@/lib/sign-in/hardware-oath'
import { anAsking, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const clock = testClock()
const secret = Buffer.from('12345678901234567890')
let serials = 0

let offset = 0

beforeEach(async () => {
  await database.query('DELETE FROM throttle_counter')
  // Ten seconds into a step of either length, so that none ends in the middle of a test.
  offset = (70 - (Math.floor(Date.now() / 1000) % 60)) % 60
  clock.turn(offset)
})

/** A free token of the inventory; its clock is `driftSteps` ahead. */
async function aToken(periodSeconds: 30 | 60 = 30, driftSteps = 0) {
  const serialNumber = `T${++serials}`
  const token = {
    userPrincipalName: null,
    serialNumber,
    secret: Buffer.concat([secret, Buffer.from(serialNumber)]),
    algorithm: 'SHA1',
    periodSeconds,
    manufacturer: 'Contoso',
    model: 'K1',
  } as const
  await insertTokens(db(), randomUUID(), [{ record: serials, token, assignedToId: null }], now())
  const found = async () => {
    const { tokens } = await findTokens(db(), { search: serialNumber })
    const one = tokens.find((each) => each.serialNumber === serialNumber)
    if (!one) throw new Error(`token ${serialNumber} is gone`)
    return one
  }
  const step = () => Math.floor(now().getTime() / 1000 / periodSeconds)
  const code = (ahead = 0) => hotp(token, step() + driftSteps + ahead)
  return { id: (await found()).id, serialNumber, code, found }
}

async function administrator(roles: readonly DirectoryRole[] = ['authenticationAdministrator'], secondsAgo = 0) {
  const user = await aUser(db(), { roles })
  const proofs = [aProof('password', { secondsAgo }), aProof('softwareOath', { secondsAgo })]
  return anAsking(user.id, { proofs })
}

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

describe('an administrator', () => {
  it('assigns a token and activates it with a code; the person has a method, a notice, and a default', async () => {
    const ana = await aUser(db())
    const token = await aToken(30, 700)
    const asking = await administrator()
    expect(
      code(
        await assignTokenTo(asking, {
          tokenId: token.id,
          userPrincipalName: ` ${ana.userPrincipalName.toUpperCase()}`,
        }),
      ),
    ).toBe('ok')
    expect(await token.found()).toMatchObject({ status: 'assigned', assignedTo: { id: ana.id } })
    expect(await loadMethods(db(), ana.id)).toEqual([])
    expect(code(await activateTokenOf(asking, { tokenId: token.id, code: '000000' }))).toBe(
      'hardware_oath.code_mismatch',
    )
    expect(code(await activateTokenOf(asking, { tokenId: token.id, code: token.code() }))).toBe('ok')
    expect(await token.found()).toMatchObject({ status: 'activated' })
    const [method] = await loadMethods(db(), ana.id)
    expect(method).toMatchObject({
      kind: 'hardwareOath',
      origin: 'admin',
      detail: { serialNumber: token.serialNumber },
    })
    expect(await db().user.findUniqueOrThrow({ where: { id: ana.id } })).toMatchObject({ defaultMethodId: method?.id })
    expect(await queuedMessages(ana.id)).toMatchObject([{ template: 'methodAdded', values: { by: 'administrator' } }])
    expect((await auditOf(token.id)).map(({ activity, reason }) => [activity, reason])).toEqual([
      ['Assign Hardware Oath Token', 'administrator'],
      ['Update Hardware Oath Token', 'activated'],
    ])
    const facts = await loadFacts(db(), ana.id, 'now')
    const views = JSON.stringify(facts && methodViews(facts, now()))
    expect(views).toContain(token.serialNumber)
    expect(views).not.toMatch(/sealed|v1\./i)
  })

  it('takes it back: the method is gone, the token is free, and its used codes stay used', async () => {
    const ana = await aUser(db())
    const token = await aToken()
    const asking = await administrator()
    await assignTokenTo(asking, { tokenId: token.id, userPrincipalName: ana.userPrincipalName })
    const used = token.code()
    expect(code(await activateTokenOf(asking, { tokenId: token.id, code: used }))).toBe('ok')
    expect(code(await takeTokenBack(asking, token.id))).toBe('ok')
    expect(await loadMethods(db(), ana.id)).toEqual([])
    expect(await token.found()).toMatchObject({ status: 'available', assignedTo: null })
    expect((await queuedMessages(ana.id)).at(-1)).toMatchObject({ template: 'methodRemoved' })
    const ben = await aUser(db())
    expect(code(await assignTokenTo(asking, { tokenId: token.id, userPrincipalName: ben.userPrincipalName }))).toBe(
      'ok',
    )
    expect(code(await activateTokenOf(asking, { tokenId: token.id, code: used }))).toBe('hardware_oath.code_mismatch')
    expect(code(await activateTokenOf(asking, { tokenId: token.id, code: token.code(1) }))).toBe('ok')
  })

  it('is refused where the right, the freshness, the person or the token does not allow it', async () => {
    const ana = await aUser(db())
    const global = await aUser(db(), { roles: ['globalAdministrator'] })
    const guest = await aUser(db(), { userType: 'guest' })
    const token = await aToken()
    const assign = async (asking: Awaited<ReturnType<typeof administrator>>, name: string) =>
      code(await assignTokenTo(asking, { tokenId: token.id, userPrincipalName: name }))
    const may = await administrator()
    expect(await assign(await administrator(['authenticationPolicyAdministrator']), ana.userPrincipalName)).toBe(
      'directory.forbidden',
    )
    expect(await assign(await administrator(undefined, 301), ana.userPrincipalName)).toBe('directory.fresh_required')
    expect(await assign(may, global.userPrincipalName)).toBe('directory.target_protected')
    expect(await assign(may, guest.userPrincipalName)).toBe('hardware_oath.guest')
    expect(await assign(may, 'nobody@harbor.example')).toBe('hardware_oath.nobody')
    expect((await token.found()).status).toBe('available')
    expect(await assign(may, ana.userPrincipalName)).toBe('ok')
    expect(await assign(may, (await aUser(db())).userPrincipalName)).toBe('hardware_oath.not_free')
  })

  it('has five tries an hour at a token, in any session', async () => {
    const ana = await aUser(db())
    const token = await aToken()
    await assignTokenTo(await administrator(), { tokenId: token.id, userPrincipalName: ana.userPrincipalName })
    for (let i = 0; i < 5; i++) await activateTokenOf(await administrator(), { tokenId: token.id, code: '1' })
    const sixth = await activateTokenOf(await administrator(), { tokenId: token.id, code: token.code() })
    expect(code(sixth)).toBe('hardware_oath.too_many_tries')
  })

  it('who demands new methods deactivates the token and leaves it with the person', async () => {
    const { asking, token, user } = await somebodyWithToken()
    expect(code(await requireReregistration(await administrator(), user.id))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toEqual([])
    expect(await token.found()).toMatchObject({ status: 'assigned', assignedTo: { id: user.id } })
    expect(code(await startHardwareOath(asking, { serialNumber: token.serialNumber, name: null }))).toBe('ok')
  })
})

async function somebodyWithToken() {
  const user = await aUser(db())
  const asking = await anAsking(user.id)
  const token = await aToken()
  expect(code(await startHardwareOath(asking, { serialNumber: token.serialNumber, name: 'Key ring' }))).toBe('ok')
  const confirmed = await confirmHardwareOath(asking, { code: token.code() })
  if (!confirmed.ok) throw new Error(confirmed.failure.code)
  return { user, asking, token, methodId: confirmed.value.methodId }
}

describe('a person', () => {
  it('adds a token by its serial number and a code', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const token = await aToken(60)
    expect(
      code(
        await startHardwareOath(asking, { serialNumber: ` ${token.serialNumber.toLowerCase()} `, name: 'Key ring' }),
      ),
    ).toBe('ok')
    expect(await pendingHardwareOath(asking)).toEqual({ serialNumber: token.serialNumber, secondsLeft: 120 })
    expect(code(await confirmHardwareOath(asking, { code: '12' }))).toBe('registration.code_mismatch')
    expect(code(await confirmHardwareOath(asking, { code: token.code() }))).toBe('ok')
    expect(code(await confirmHardwareOath(asking, { code: token.code() }))).toBe('registration.ceremony_used')
    expect(await loadMethods(db(), user.id)).toMatchObject([{ kind: 'hardwareOath', name: 'Key ring', origin: 'user' }])
    const { session } = await askAgain(asking.session.id, user.id)
    expect(session.proofs.at(-1)).toMatchObject({ mode: 'hardwareOath', registered: true })
  })

  it('has a minute for it with a 30 s token', async () => {
    const asking = await anAsking((await aUser(db())).id)
    const token = await aToken(30)
    await startHardwareOath(asking, { serialNumber: token.serialNumber, name: null })
    clock.turn(offset + 61)
    expect(code(await confirmHardwareOath(asking, { code: token.code() }))).toBe('registration.ceremony_expired')
  })

  it('hears the same of a token that is somebody else’s as of one that does not exist', async () => {
    const { token } = await somebodyWithToken()
    const asking = await anAsking((await aUser(db())).id)
    for (const serialNumber of [token.serialNumber, 'NO-SUCH', '', '=1+1', '\u0000']) {
      expect(code(await startHardwareOath(asking, { serialNumber, name: null }))).toBe('hardware_oath.serial_unknown')
    }
    for (let i = 0; i < 5; i++) await startHardwareOath(asking, { serialNumber: 'X', name: null })
    expect(code(await startHardwareOath(asking, { serialNumber: 'X', name: null }))).toBe(
      'hardware_oath.too_many_tries',
    )
  })

  it('loses the race for a token that somebody else gets first', async () => {
    const token = await aToken()
    const both = await Promise.all([0, 1].map(async () => anAsking((await aUser(db())).id)))
    for (const asking of both) await startHardwareOath(asking, { serialNumber: token.serialNumber, name: null })
    const results = await Promise.all(both.map((asking) => confirmHardwareOath(asking, { code: token.code() })))
    expect(results.map(code).sort()).toEqual(['hardware_oath.serial_unknown', 'ok'])
  })

  it('cannot add one when a policy that asks for more was switched on meanwhile', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const token = await aToken()
    await startHardwareOath(asking, { serialNumber: token.serialNumber, name: null })
    const { id } = await db().conditionalAccessPolicy.create({
      data: {
        displayName: 'switched on meanwhile',
        state: 'enabled',
        document: {
          conditions: {
            users: { includeUsers: ['All'] },
            applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
            clientAppTypes: ['all'],
          },
          grantControls: { operator: 'OR', builtInControls: ['block'] },
        },
      },
    })
    const refused = await confirmHardwareOath(asking, { code: token.code() })
    await db().conditionalAccessPolicy.delete({ where: { id } })
    expect(code(refused)).toBe('security_info.blocked')
    expect(await loadMethods(db(), user.id)).toEqual([])
    expect((await token.found()).status).toBe('available')
  })

  it('has at most five apps and tokens together', async () => {
    const { asking } = await somebodyWithToken()
    for (let i = 0; i < 4; i++) {
      const token = await aToken()
      await startHardwareOath(asking, { serialNumber: token.serialNumber, name: null })
      expect(code(await confirmHardwareOath(asking, { code: token.code() }))).toBe('ok')
    }
    const sixth = await aToken()
    expect(code(await startHardwareOath(asking, { serialNumber: sixth.serialNumber, name: null }))).toBe(
      'registration.limit_reached',
    )
    expect(code(await startSoftwareOath(asking))).toBe('registration.limit_reached')
    expect(code(await confirmSoftwareOath(asking, { code: '123456', name: null }))).toBe(
      'registration.ceremony_expired',
    )
  })

  it('renames and removes it, and it goes back into the inventory', async () => {
    const { asking, token, user, methodId } = await somebodyWithToken()
    expect(code(await rename(asking, { methodId, name: 'In the drawer' }))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toMatchObject([{ name: 'In the drawer' }])
    expect(code(await remove(asking, methodId))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toEqual([])
    expect((await token.found()).status).toBe('available')
  })

  it('whose method an administrator deletes: it goes back as well', async () => {
    const { token, user, methodId } = await somebodyWithToken()
    expect(code(await removeMethodOf(await administrator(), { targetId: user.id, methodId }))).toBe('ok')
    expect((await token.found()).status).toBe('available')
  })
})

describe('signing in', () => {
  const signInAs = (userId: string) => anAsking(userId, { stage: 'firstFactor' })

  it('takes each code once, within two steps, and keeps the drift it teaches', async () => {
    const { user, token } = await somebodyWithToken()
    const verify = async (typed: string) => code(await verifyWithToken(await signInAs(user.id), typed))
    expect(await verify(token.code())).toBe('sign_in.code_used')
    expect(await verify(token.code(3))).toBe('sign_in.code_mismatch')
    const ahead = token.code(2)
    expect(await verify(ahead)).toBe('ok')
    expect(await verify(ahead)).toBe('sign_in.code_used')
    // Two steps ahead was learned, so four steps ahead is within the window now.
    expect(await verify(token.code(4))).toBe('ok')
    const [row] = await database.query<{ drift_steps: number }>(
      'SELECT drift_steps FROM hardware_oath_token WHERE id = $1',
      [token.id],
    )
    expect(row?.drift_steps).toBe(4)
  })

  it('with the same code at the same time gives one session', async () => {
    const { user, token } = await somebodyWithToken()
    const both = await Promise.all([signInAs(user.id), signInAs(user.id)])
    const typed = token.code(1)
    const results = await Promise.all(both.map((verifying) => verifyWithToken(verifying, typed)))
    expect(results.map(code).sort()).toEqual(['ok', 'sign_in.code_used'])
  })

  it('waits after five wrong codes', async () => {
    const { user, token } = await somebodyWithToken()
    for (let i = 0; i < 5; i++) await verifyWithToken(await signInAs(user.id), '000000')
    const next = await verifyWithToken(await signInAs(user.id), token.code(1))
    expect(code(next)).toBe('sign_in.method_unavailable')
  })
})

import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockUser } from '@/lib/directory/store'
import { setNewPassword } from '@/lib/password-reset/finish'
import { proveWithPasskey, startPasskeyGate } from '@/lib/password-reset/prove'
import { db, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import type { NewMethod } from '@/lib/registered-methods/model'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'
import {
  addMethod,
  allowAllMethods,
  type Browser,
  beginReset,
  decideReset,
  someone,
} from '@/tests/support/password-reset'
import { SoftwareAuthenticator } from '@/tests/support/software-authenticator'

/** A passkey as a gate of a password reset, where an administrator accepts it. */

const database = testDatabase()
testClock()

beforeAll(allowAllMethods)
beforeEach(() => decideReset({}, { isPasskeyAccepted: true }))

/** Somebody with an address, and a passkey on a device of their own. */
async function withPasskey() {
  const person = await someone(['email'])
  const device = new SoftwareAuthenticator({ origin: env().PUBLIC_ORIGIN })
  const { userHandle } = await db().user.findUniqueOrThrow({ where: { id: person.id }, select: { userHandle: true } })
  device.create({ challenge: 'any', user: { id: Buffer.from(userHandle).toString('base64url') } })
  const [credential] = device.credentials
  if (!credential) throw new Error('the device made no passkey')
  const passkey: NewMethod = {
    kind: 'passkey',
    name: 'Key ring',
    ...{ credentialId: Buffer.from(credential.id, 'base64url') },
    ...{ publicKey: credential.publicKey, algorithm: -7, signCount: 0n, transports: [], attestationFormat: 'none' },
    ...{ aaguid: '00000000-0000-0000-0000-000000000000', isAttested: false },
    ...{ backupEligible: false, backupState: false },
  }
  // Two days old: a method that was just registered is no gate yet.
  const methodId = await addMethod(person.id, passkey, 172_800)
  return { ...person, device, methodId }
}

/** Asks for a challenge and answers it with this device. */
async function answerOf(browser: Browser, device: SoftwareAuthenticator) {
  const started = await startPasskeyGate(browser.resetting)
  if (!started.ok || !('options' in started.value)) throw new Error('no challenge was given')
  return device.get(started.value.options)
}

describe('a passkey in a password reset', () => {
  it('opens a gate, moves on the counter of the passkey and changes no method', async () => {
    const person = await withPasskey()
    const before = await db().authenticationMethod.count({ where: { userId: person.id } })
    const browser = await beginReset(person.userPrincipalName)
    const response = await answerOf(browser, person.device)
    expect(await browser.go((asking) => proveWithPasskey(asking, response))).toBe('newPassword')
    expect((await db().passkey.findUniqueOrThrow({ where: { methodId: person.methodId } })).signCount).toBe(1n)
    expect(await browser.go((asking) => setNewPassword(asking, 'fog rolls over the crane'))).toBe('done')
    expect(await db().authenticationMethod.count({ where: { userId: person.id } })).toBe(before)
  })

  it('is good once: the same answer opens nothing a second time', async () => {
    const person = await withPasskey()
    const browser = await beginReset(person.userPrincipalName)
    const response = await answerOf(browser, person.device)
    expect(await browser.go((asking) => proveWithPasskey(asking, response))).toBe('newPassword')
    const other = await beginReset(person.userPrincipalName)
    await startPasskeyGate(other.resetting)
    expect(await other.go((asking) => proveWithPasskey(asking, response))).toBe('password_reset.passkey_failed')
  })

  it('whose counter another answer moved on meanwhile opens nothing, and the counter does not go back', async () => {
    const person = await withPasskey()
    const browser = await beginReset(person.userPrincipalName)
    const response = await answerOf(browser, person.device)
    const proving = await transaction(async (tx) => {
      await lockUser(tx, person.id)
      const pending = browser.go((asking) => proveWithPasskey(asking, response))
      await database.somebodyWaits()
      await tx.passkey.update({ where: { methodId: person.methodId }, data: { signCount: 7n } })
      return { pending }
    })
    expect(await proving.pending).toBe('password_reset.passkey_failed')
    expect((await db().passkey.findUniqueOrThrow({ where: { methodId: person.methodId } })).signCount).toBe(7n)
  })

  it('of somebody else opens nothing and counts nothing for its owner', async () => {
    const [person, stranger] = [await withPasskey(), await withPasskey()]
    const browser = await beginReset(person.userPrincipalName)
    const response = await answerOf(browser, stranger.device)
    expect(await browser.go((asking) => proveWithPasskey(asking, response))).toBe('password_reset.passkey_failed')
    const row = await db().passkey.findUniqueOrThrow({
      where: { methodId: stranger.methodId },
      include: { method: true },
    })
    expect([row.signCount, row.method.lastUsedAt, row.method.consecutiveFailures]).toEqual([0n, null, 0])
  })

  it('opens nothing once the policy no longer accepts it', async () => {
    const person = await withPasskey()
    const browser = await beginReset(person.userPrincipalName)
    const response = await answerOf(browser, person.device)
    await decideReset()
    expect(await browser.go((asking) => proveWithPasskey(asking, response))).toBe('password_reset.passkey_failed')
    expect((await db().passkey.findUniqueOrThrow({ where: { methodId: person.methodId } })).signCount).toBe(0n)
  })
})

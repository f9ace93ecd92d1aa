import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { setNewPassword, unlock } from '@/lib/password-reset/finish'
import { proveWithOath } from '@/lib/password-reset/prove'
import { sendToGate } from '@/lib/password-reset/send'
import { db } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { aUser } from '@/tests/support/builders'
import { aConnector, slapdSettings } from '@/tests/support/connectors'
import { testDatabase } from '@/tests/support/database'
import { addMethod, allowAllMethods, anAddress, beginReset, decideReset } from '@/tests/support/password-reset'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, startSlapd } from '@/tests/support/slapd'
import { quantiles, timeDifference } from '@/tests/support/timing'

/** SEC-191: a stopwatch tells neither whether an account exists nor where it lives. The directory is a real one. */

const database = testDatabase()
const rounds = 30
const kinds = ['nobody', 'disabled', 'local', 'directory'] as const
type Kind = (typeof kinds)[number]

describe.skipIf(!hasSlapd)('SEC-191: the pages of a reset', () => {
  let slapd: Slapd
  const names = new Map<Kind, string[]>()

  beforeAll(async () => {
    const entries = Array.from({ length: rounds }, (_, index) => `timed${index}`)
    slapd = await startSlapd(entries.map((name) => slapdPerson(name, { userPassword: 'a gull on a bollard' })).join(''))
    const connectorId = await aConnector('Timed', slapdSettings(slapd, { canWriteBackPasswords: true }))
    await allowAllMethods()
    await decideReset()
    for (const kind of kinds) {
      const made: string[] = []
      for (const entry of entries) {
        if (kind === 'nobody') {
          made.push(`nobody-${randomUUID()}@harbor.example`)
          continue
        }
        const user = await aUser(db(), { passwordHash: 'nothing fits', accountEnabled: kind !== 'disabled' })
        const app = { secret: newSecret(), algorithm: 'SHA1', periodSeconds: 30, lastStep: -1n } as const
        await addMethod(user.id, { kind: 'softwareOath', name: null, ...app }, 172_800)
        await addMethod(user.id, { kind: 'email', emailAddress: anAddress() }, 172_800)
        if (kind === 'directory')
          await database.query(
            `UPDATE "user" SET directory_connector_id = $1, directory_entry_id = $2, distinguished_name = $3,
               password_hash = NULL WHERE id = $4`,
            [connectorId, randomUUID(), `cn=${entry},ou=people,${slapdBase}`, user.id],
          )
        made.push(user.userPrincipalName)
      }
      names.set(kind, made)
    }
  })
  afterAll(() => slapd?.stop())

  it('answer whoever asks in the same time, known or not, here or in a directory', async () => {
    const differing = await measure()
    // One of so many comparisons differs by chance now and then; the same one twice does not.
    const again = differing.size === 0 ? new Map<string, string>() : await measure()
    expect([...differing].filter(([which]) => again.has(which))).toEqual([])
  })

  /** What differs from nobody's, by step and kind. */
  async function measure(): Promise<ReadonlyMap<string, string>> {
    const steps = ['name', 'mail', 'wrong code', 'new password', 'unlock'] as const
    const samples = new Map<string, number[]>()
    const timed = async <T>(step: (typeof steps)[number], kind: Kind, work: () => Promise<T>): Promise<T> => {
      const startedAt = performance.now()
      const answer = await work()
      const key = `${step} ${kind}`
      samples.set(key, [...(samples.get(key) ?? []), performance.now() - startedAt])
      return answer
    }
    for (let round = 0; round < rounds; round++) {
      // All at once, each time in another order: what the machine does meanwhile happens to all of them.
      const turned = kinds.map((_, index) => kinds[(index + round) % kinds.length] ?? 'nobody')
      await Promise.all(
        turned.map(async (kind) => {
          const name = names.get(kind)?.[round] ?? ''
          const browser = await timed('name', kind, () => beginReset(name))
          const answers = [
            await timed('mail', kind, () => browser.go((asking) => sendToGate(asking, 'email', null))),
            await timed('wrong code', kind, () => browser.go((asking) => proveWithOath(asking, '000000'))),
          ]
          expect(answers).toEqual(['firstGate', 'password_reset.code_mismatch'])
          const newPassword = 'fog rolls over the crane'
          const early = [
            await timed('new password', kind, () => browser.go((asking) => setNewPassword(asking, newPassword))),
            await timed('unlock', kind, () => browser.go(unlock)),
          ]
          expect(early).toEqual(['firstGate', 'firstGate'])
        }),
      )
    }
    const differing = new Map<string, string>()
    for (const step of steps) {
      for (const kind of kinds) {
        const { p10, median, p90 } = quantiles(samples.get(`${step} ${kind}`) ?? [])
        console.log(
          `${step.padEnd(12)} ${kind.padEnd(9)} p10 ${p10.toFixed(1)} median ${median.toFixed(1)} p90 ${p90.toFixed(1)} ms`,
        )
        const said = timeDifference(samples.get(`${step} nobody`) ?? [], samples.get(`${step} ${kind}`) ?? [])
        if (said !== '') differing.set(`${step}, ${kind}`, said)
      }
    }
    return differing
  }
})

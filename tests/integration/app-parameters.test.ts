import { generateSync } from 'otplib'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  defaultMethodsPolicy,
  type MethodsPolicy,
  methodsPolicySchema,
} from '@/lib/authentication-methods/policy-model'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import type { Asking } from '@/lib/security-info/change'
import { confirmSoftwareOath, pendingSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { anAsking, aProof } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

/** What new apps are set up with is the organisation's choice; what an app was set up with stays its own. @see `10` §8 */

const database = testDatabase()
const clock = testClock()
type Parameters = Pick<MethodsPolicy['methods']['softwareOath'], 'algorithm' | 'periodSeconds'>

beforeEach(() => clock.turn((70 - (Math.floor(Date.now() / 1000) % 60)) % 60))

async function newAppsGet(parameters: Parameters) {
  const { methods } = defaultMethodsPolicy
  const document = {
    ...defaultMethodsPolicy,
    methods: { ...methods, softwareOath: { ...methods.softwareOath, ...parameters } },
  }
  await database.query(
    `INSERT INTO tenant_policy (name, document, modified_at) VALUES ('authenticationMethodsPolicy', $1, now())
     ON CONFLICT (name) DO UPDATE SET document = $1`,
    [JSON.stringify(document)],
  )
}

function codeOf(secret: string, { algorithm, periodSeconds }: Parameters, aheadSeconds = 0): string {
  return generateSync({
    secret,
    algorithm: algorithm === 'SHA1' ? 'sha1' : 'sha256',
    period: periodSeconds,
    epoch: Math.floor(now().getTime() / 1000) + aheadSeconds,
  })
}

async function pendingOf(asking: Asking) {
  const pending = await pendingSoftwareOath(asking, 'somebody')
  if (!pending) throw new Error('no secret is pending')
  return { ...pending, secret: pending.secretGrouped.replaceAll(' ', '') }
}

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

const all: readonly Parameters[] = [
  { algorithm: 'SHA1', periodSeconds: 30 },
  { algorithm: 'SHA1', periodSeconds: 60 },
  { algorithm: 'SHA256', periodSeconds: 30 },
  { algorithm: 'SHA256', periodSeconds: 60 },
]

describe('what new authenticator apps are set up with', () => {
  it.each(all)(
    '$algorithm every $periodSeconds s: said to the app, stored, and used to sign in',
    async (parameters) => {
      await newAppsGet(parameters)
      const user = await aUser(db())
      const asking = await anAsking(user.id)
      expect(code(await startSoftwareOath(asking))).toBe('ok')
      const pending = await pendingOf(asking)
      expect(pending).toMatchObject(parameters)
      const confirmed = await confirmSoftwareOath(asking, { code: codeOf(pending.secret, parameters), name: 'New' })
      expect(code(confirmed)).toBe('ok')
      expect(await loadMethods(db(), user.id)).toMatchObject([{ name: 'New', detail: parameters }])
      // The organisation chooses otherwise; the app goes on as it was set up.
      await newAppsGet(all[(all.indexOf(parameters) + 1) % all.length] ?? parameters)
      const verifying = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
      expect(code(await verifyWithApp(verifying, codeOf(pending.secret, parameters)))).toBe('sign_in.code_used')
      const next = codeOf(pending.secret, parameters, parameters.periodSeconds)
      expect(code(await verifyWithApp(verifying, next))).toBe('ok')
    },
  )

  it('a choice made while somebody scans does not change what they scanned', async () => {
    const before = { algorithm: 'SHA1', periodSeconds: 30 } as const
    await newAppsGet(before)
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    await startSoftwareOath(asking)
    await newAppsGet({ algorithm: 'SHA256', periodSeconds: 60 })
    const { secret, ...pending } = await pendingOf(asking)
    expect(pending).toMatchObject(before)
    expect(code(await confirmSoftwareOath(asking, { code: codeOf(secret, before), name: null }))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toMatchObject([{ detail: before }])
  })

  it('begins only while it is due, and else leaves no trace', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const starts = async () => ({
      asked: await db().signInLog.count({ where: { userId: user.id } }),
      recorded: await db().auditEvent.count({
        where: { targetId: user.id, activity: 'User started security info registration' },
      }),
      pending: await db().challenge.count({ where: { userId: user.id } }),
    })
    const before = await starts()
    const seen: string[] = []
    const isDue = ({ session, facts }: { session: { id: string }; facts: { subject: { id: string } } }) => {
      seen.push(session.id, facts.subject.id)
      return false
    }
    expect(code(await startSoftwareOath({ ...asking, isDue }))).toBe('registration.not_due')
    expect(seen).toEqual([asking.session.id, user.id])
    expect(await starts()).toEqual(before)
    expect(code(await startSoftwareOath({ ...asking, isDue: () => true }))).toBe('ok')
    expect(await starts()).toEqual({ asked: before.asked + 1, recorded: before.recorded + 1, pending: 1 })
  })

  it('is the usual where a document says nothing, and refuses what no app has', () => {
    const { algorithm, periodSeconds, ...bare } = defaultMethodsPolicy.methods.softwareOath
    const written = (softwareOath: object) => ({
      ...defaultMethodsPolicy,
      methods: { ...defaultMethodsPolicy.methods, softwareOath },
    })
    expect({ algorithm, periodSeconds }).toEqual({ algorithm: 'SHA1', periodSeconds: 30 })
    expect(methodsPolicySchema.parse(written(bare))).toEqual(defaultMethodsPolicy)
    for (const wrong of [{ algorithm: 'SHA512' }, { algorithm: 'MD5' }, { periodSeconds: 45 }, { periodSeconds: '30' }])
      expect(methodsPolicySchema.safeParse(written({ ...bare, ...wrong })).success).toBe(false)
  })
})

import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import {
  allUsers,
  defaultMethodsPolicy,
  defaultPasskeyProfile,
  type MethodsPolicy,
  type PasskeyProfile,
} from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { loadSubject } from '@/lib/directory/store'
import { db } from '@/lib/platform/db'
import { updateMethodsPolicy } from '@/lib/policy-changes/commands'
import { countStoppedPasskeys, findStoppedPasskeys } from '@/lib/policy-changes/stopped-passkeys'
import { anAsking } from '@/tests/support/asking'
import { aGroup, aUser, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()
const now = new Date('2026-03-02T08:00:00Z')
const model = randomUUID()
const other = randomUUID()

type Made = { id: string; userId: string; aaguid: string; backupEligible: boolean; isAttested: boolean }
const made: Made[] = []
let staff = { id: '' }
let outside = { id: '' }

/** Everybody has several passkeys of every sort: some attested, some synced, some of another model. */
beforeAll(async () => {
  staff = await aGroup(db())
  outside = await aGroup(db())
  for (let index = 0; index < 12; index++) {
    const groupIds = [index % 2 === 0 ? staff.id : outside.id]
    const user = await aUser(db(), { groupIds, accountEnabled: index !== 5 })
    for (const [aaguid, backupEligible, isAttested] of [
      [model, false, true],
      [model, false, false],
      [other, true, false],
    ] as const) {
      const id = randomUUID()
      await db().authenticationMethod.create({
        data: { id, userId: user.id, kind: 'passkey', slot: id, createdAt: now },
      })
      await db().passkey.create({
        data: {
          ...{
            methodId: id,
            credentialId: Uint8Array.from(randomBytes(16)),
            publicKey: Uint8Array.from(randomBytes(16)),
          },
          ...{ algorithm: -7, signCount: 0n, aaguid, backupEligible, backupState: false, isAttested },
          ...{ transports: [], attestationFormat: 'none' },
        },
      })
      if (index !== 5) made.push({ id, userId: user.id, aaguid, backupEligible, isAttested })
    }
  }
})

const restricted = (part: Partial<PasskeyProfile>): PasskeyProfile => ({
  ...defaultPasskeyProfile,
  id: randomUUID(),
  name: 'Restricted',
  ...part,
})
const models = (enforcementType: 'allow' | 'block', aaGuids: string[]) => ({
  keyRestrictions: { isEnforced: true, enforcementType, aaGuids },
})

type Passkey = MethodsPolicy['methods']['passkey']
const policy = (passkey: Partial<Passkey>): MethodsPolicy => ({
  ...defaultMethodsPolicy,
  methods: { ...defaultMethodsPolicy.methods, passkey: { ...defaultMethodsPolicy.methods.passkey, ...passkey } },
})
const onlyWith = (profile: PasskeyProfile, id: string = allUsers): Partial<Passkey> => ({
  passkeyProfiles: [defaultPasskeyProfile, profile],
  includeTargets: [{ targetType: 'group', id, allowedPasskeyProfiles: [profile.id] }],
})

const changes: Record<string, () => Partial<Passkey>> = {
  'only bound ones': () => onlyWith(restricted({ passkeyTypes: ['deviceBound'] })),
  'only synced ones': () => onlyWith(restricted({ passkeyTypes: ['synced'] })),
  'one model allowed': () => onlyWith(restricted(models('allow', [model]))),
  'one model blocked': () => onlyWith(restricted(models('block', [model]))),
  'attestation from now on': () =>
    onlyWith(restricted({ passkeyTypes: ['deviceBound', 'synced'], attestationEnforcement: 'disabled' })),
  'a strict profile for one group, beside the default for everybody': () => {
    const profile = restricted(models('allow', [model]))
    const { includeTargets } = defaultMethodsPolicy.methods.passkey
    return {
      ...onlyWith(profile),
      includeTargets: [...includeTargets, ...(onlyWith(profile, staff.id).includeTargets ?? [])],
    }
  },
  'only one group, with one model': () => onlyWith(restricted(models('allow', [model])), staff.id),
  'one group left out': () => ({ excludeTargets: [{ targetType: 'group', id: outside.id }] }),
  'passkeys off': () => ({ state: 'disabled' }),
}

describe('passkeys that stop working', () => {
  it.each(Object.keys(changes))('%s: they are those that the rule refuses, each with its reason', async (name) => {
    const change = {
      before: { methods: policy({}), passwordReset: resetForEverybody },
      after: { methods: policy(changes[name]?.() ?? {}), passwordReset: resetForEverybody },
      now,
    }
    const expected = new Map<string, string>()
    for (const passkey of made) {
      const subject = await loadSubject(db(), passkey.userId)
      if (!subject) throw new Error('a person of the test is gone')
      const reason = refusalOfPasskey(change.after.methods, subject, passkey, 'signIn')
      if (reason !== null) expected.set(passkey.id, reason)
    }
    const found = new Map<string, string>()
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof findStoppedPasskeys>> = await findStoppedPasskeys(db(), change, {
        after,
        size: 5,
      })
      for (const { id, reason } of page.passkeys) found.set(id, reason)
      after = page.next
    } while (after !== null)
    expect(found).toEqual(expected)
    const people = new Set(made.filter(({ id }) => expected.has(id)).map(({ userId }) => userId)).size
    expect(await countStoppedPasskeys(db(), change)).toEqual({ passkeys: expected.size, people })
  })
})

describe('saving a profile', () => {
  it('writes it with an event, and refuses to delete one that somebody has, whoever asks', async () => {
    const administrator = await aUser(db(), { roles: ['globalAdministrator'], passwordHash: 'x' })
    const asking = await anAsking(administrator.id)
    const { version } = await readMethodsPolicy(db())
    const profile = restricted({ passkeyTypes: ['deviceBound'] })
    expect(await updateMethodsPolicy(asking, { part: 'passkeyProfile', profile }, version)).toMatchObject({ ok: true })
    const assign = {
      ...{ part: 'passkeyAssignments' as const, defaultPasskeyProfile: defaultPasskeyProfile.id },
      includeTargets: [
        { id: allUsers, allowedPasskeyProfiles: [defaultPasskeyProfile.id] },
        { id: staff.id, allowedPasskeyProfiles: [profile.id] },
      ],
    }
    expect(await updateMethodsPolicy(asking, assign, version + 1)).toMatchObject({ ok: true })
    const removal = { part: 'passkeyProfile' as const, removed: profile.id }
    expect(await updateMethodsPolicy(asking, removal, version + 2)).toMatchObject({
      ok: false,
      failure: { code: 'policyChanges.profile_assigned' },
    })
    const gone = { ...assign, includeTargets: [{ id: randomUUID(), allowedPasskeyProfiles: [profile.id] }] }
    expect(await updateMethodsPolicy(asking, gone, version + 2)).toMatchObject({
      ok: false,
      failure: { code: 'policyChanges.unknown_group' },
    })
    const events = await db().auditEvent.findMany({
      where: { actorId: administrator.id, activity: 'Authentication Methods Policy Update' },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'failure'])
    expect(events[0]?.record).toContain(profile.id)

    const reader = await anAsking((await aUser(db(), { roles: ['globalReader'] })).id)
    expect(await updateMethodsPolicy(reader, removal, version + 2)).toMatchObject({
      ok: false,
      failure: { code: 'directory.forbidden' },
    })
  })
})

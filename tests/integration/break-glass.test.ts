import { describe, expect, it } from 'vitest'
import { insertPolicy } from '@/lib/conditional-access/store'
import {
  policyFromTemplate,
  securingSecurityInfoTemplate,
  trustedNetworksPolicy,
} from '@/lib/conditional-access/templates'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { anAsking, aProof } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const clock = testClock()

const signIn = async (userId: string) => {
  const asking = await anAsking(userId, { stage: 'firstFactor', proofs: [aProof('password'), aProof('fido2')] })
  const answer = await continueSignIn(asking, { skip: true })
  if (!answer.ok) throw new Error(answer.failure.code)
  expect(answer.value.way.to).toBe('home')
  return asking.session.correlationId
}
const mails = async () =>
  (
    await database.query<{ user_id: string }>(
      "SELECT user_id FROM outbox_message WHERE template = 'breakGlassSignedIn' ORDER BY user_id",
    )
  ).map((row) => row.user_id)
const events = (correlationId: string) =>
  database.query<{ reason: string }>(
    "SELECT reason FROM audit_event WHERE activity = 'App: emergency account signed in' AND correlation_id = $1",
    [correlationId],
  )

describe('the sign-in of an emergency account', () => {
  it('is recorded each time and told to every Global Administrator once an hour; others sign in unnoticed', async () => {
    const emergency = await aUser(db(), { roles: ['globalAdministrator'] })
    const other = await aUser(db(), { roles: ['globalAdministrator'] })
    const reader = await aUser(db(), { roles: ['globalReader'] })
    // Without a policy that leaves it out, it is an administrator like others.
    const early = await signIn(emergency.id)
    expect(await events(early)).toEqual([])

    const reported = policyFromTemplate(securingSecurityInfoTemplate, reader.id)
    await transaction((tx) => insertPolicy(tx, reported, { templateId: null, createdAt: now() }))
    const users = { ...trustedNetworksPolicy.conditions.users, excludeUsers: [emergency.id] }
    const policy = { ...trustedNetworksPolicy, conditions: { ...trustedNetworksPolicy.conditions, users } }
    await transaction((tx) => insertPolicy(tx, policy, { templateId: null, createdAt: now() }))

    const first = await signIn(emergency.id)
    expect(await events(first)).toEqual([{ reason: 'administrators_told' }])
    expect(await mails()).toEqual([emergency.id, other.id].sort())

    const second = await signIn(emergency.id)
    expect(await events(second)).toEqual([{ reason: 'told_within_the_hour' }])
    expect(await mails()).toHaveLength(2)

    expect(await events(await signIn(other.id))).toEqual([])
    expect(await mails()).toHaveLength(2)

    clock.turn(3601)
    await signIn(emergency.id)
    expect(await mails()).toHaveLength(4)
  })
})

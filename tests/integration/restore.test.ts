import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { setNewPassword } from '@/lib/password-reset/finish'
import { proveWithSentCode } from '@/lib/password-reset/prove'
import { sendToGate } from '@/lib/password-reset/send'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { issuePass } from '@/lib/security-info/administer'
import { makeRecoveryCodes } from '@/lib/security-info/recovery-codes'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { signInWithPass, signInWithPassword } from '@/lib/sign-in/first-factor'
import { verifyWithRecoveryCode } from '@/lib/sign-in/recovery-codes'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { anAsking, anOrigin, aProof, sentCode } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { allowAllMethods, beginReset, decideReset, someone } from '@/tests/support/password-reset'

/**
 * The statements that docs/operations.md tells an operator to run after a restore, taken out of that page. What a test
 * makes is what the backup held; afterwards it was used up, and must not come alive again. @see SEC-234
 */

const database = testDatabase()
const page = readFileSync('docs/operations.md', 'utf8')
const statements = /```sql\n(BEGIN;\nDELETE FROM session;[\s\S]*?COMMIT;)\n```/.exec(page)?.[1] ?? ''
const afterRestore = () => database.query(statements)

const codeOf = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

beforeAll(async () => {
  await allowAllMethods()
  await decideReset()
  const { document, version } = await readMethodsPolicy(db())
  const recoveryCodes = { ...defaultMethodsPolicy.methods.recoveryCodes, state: 'enabled' as const }
  await saveMethodsPolicy(db(), { ...document, methods: { ...document.methods, recoveryCodes } }, version, now())
})

const withSecondFactor = (userId: string) => anAsking(userId, { proofs: [aProof('password'), aProof('softwareOath')] })

async function administrator() {
  const user = await aUser(db(), { roles: ['privilegedAuthenticationAdministrator'] })
  return withSecondFactor(user.id)
}

describe('after the statements for a restore', () => {
  it('a password reset that was proven sets no password', async () => {
    const person = await someone(['email'])
    const browser = await beginReset(person.userPrincipalName)
    await browser.go((resetting) => sendToGate(resetting, 'email', null))
    const code = await sentCode(person.id)
    expect(await browser.go((resetting) => proveWithSentCode(resetting, code))).toBe('newPassword')
    await afterRestore()
    expect(await browser.go((resetting) => setNewPassword(resetting, 'fog rolls over the crane'))).not.toBe('done')
  })

  it('a directory is asked for no password that somebody set before', async () => {
    const { id } = await someone([])
    const asked = { kind: 'change', actorId: id, correlationId: randomUUID(), startedAt: now() }
    await db().directoryPasswordWrite.create({ data: { userId: id, ...asked } })
    await afterRestore()
    expect(await db().directoryPasswordWrite.count()).toBe(0)
  })

  it('no recovery code works, and the person is told to make new ones', async () => {
    const person = await someone(['app'])
    const made = await makeRecoveryCodes(await withSecondFactor(person.id), null)
    if (!made.ok) throw new Error(made.failure.code)
    await afterRestore()
    const verifying = await anAsking(person.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    expect(codeOf(await verifyWithRecoveryCode(verifying, made.value.codes[0] ?? ''))).not.toBe('ok')
    const facts = await loadFacts(db(), person.id, 'now')
    const views = facts ? methodViews(facts, now()) : []
    expect(views).toContainEqual(expect.objectContaining({ kind: 'recoveryCodes', unusableReason: 'allUsed' }))
  })

  it('a temporary password and a pass sign nobody in', async () => {
    const person = await someone([])
    const asking = await administrator()
    const issued = await issueTemporaryPassword(asking, person.id)
    const pass = await issuePass(asking, { targetId: person.id, request: {} })
    if (!issued.ok || !pass.ok) throw new Error('nothing was issued')
    await afterRestore()
    const { userPrincipalName } = person
    const from = { userPrincipalName, returnTo: null, origin: anOrigin() }
    expect(codeOf(await signInWithPassword({ ...from, secret: issued.value.password }))).not.toBe('ok')
    expect(codeOf(await signInWithPass({ ...from, secret: pass.value.pass }))).not.toBe('ok')
  })

  it('a session is over, and the present code of an app is not taken', async () => {
    const person = await someone(['app'])
    const before = await anAsking(person.id)
    await afterRestore()
    expect(await db().session.count({ where: { id: before.session.id } })).toBe(0)
    const verifying = await anAsking(person.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    expect(codeOf(await verifyWithApp(verifying, person.code()))).not.toBe('ok')
  })
})

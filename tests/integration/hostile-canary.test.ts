import { generateSync } from 'otplib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { hashSecret } from '@/lib/password/hashing'
import { changePassword, replaceTemporaryPassword } from '@/lib/password-change/commands'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { issuePass, removeMethodOf } from '@/lib/security-info/administer'
import type { Asking } from '@/lib/security-info/change'
import { confirmContact, resendContactCode, startContact } from '@/lib/security-info/contact'
import { remove, rename } from '@/lib/security-info/manage'
import { makeRecoveryCodes } from '@/lib/security-info/recovery-codes'
import { confirmSoftwareOath, pendingSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { signInWithPass, signInWithPassword } from '@/lib/sign-in/first-factor'
import type { IssuedTokens } from '@/lib/sign-in/going-on'
import { verifyWithRecoveryCode } from '@/lib/sign-in/recovery-codes'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { sendCode, verifyWithSentCode } from '@/lib/sign-in/sent-code'
import { anAsking, anOrigin, aProof, askAgain, sentCode } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { forgetSettings, testDatabase } from '@/tests/support/database'

// SEC-241: a whole life of somebody's methods with marked secrets, and then a search for them wherever something is kept.

const database = testDatabase()
const clock = testClock()

/** What must be found nowhere, by what it is. */
const secrets = new Map<string, string>()
/** Contacts in full: where they belong, and nowhere else. */
const contacts = new Map<string, string>()
const contactTables = new Set(['phone', 'email', 'user'])
let said = ''

function marked(name: string, text: string): string {
  secrets.set(name, text)
  return text
}

function must<T>(result: { ok: true; value: T } | { ok: false; failure: { code: string } }): T {
  if (!result.ok) throw new Error(result.failure.code)
  return result.value
}

beforeAll(async () => {
  process.env.SMS_COUNTRIES = 'GB'
  process.env.LOG_LEVEL = 'debug'
  forgetSettings()
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      said += chunk.toString()
      return true
    })
  const mobilePhone = { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const }
  const temporaryAccessPass = { ...defaultMethodsPolicy.methods.temporaryAccessPass, state: 'enabled' as const }
  const recoveryCodes = { ...defaultMethodsPolicy.methods.recoveryCodes, state: 'enabled' as const }
  const methods = { ...defaultMethodsPolicy.methods, mobilePhone, recoveryCodes, temporaryAccessPass }
  await saveMethodsPolicy(db(), { ...defaultMethodsPolicy, methods }, 0, now())
})
afterAll(() => {
  vi.restoreAllMocks()
  delete process.env.LOG_LEVEL
  forgetSettings()
})

async function appCode(secret: string): Promise<string> {
  return marked(`app code ${secrets.size}`, generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) }))
}

async function asking(issued: IssuedTokens, userId: string): Promise<Asking> {
  marked(`session ${secrets.size}`, issued.token)
  if (issued.adminToken) marked(`admin session ${secrets.size}`, issued.adminToken)
  return askAgain(issued.session.id, userId)
}

/** Everything that is stored, table by table, as text; bytes as hex. */
async function dump(): Promise<ReadonlyMap<string, string>> {
  const tables = await database.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
  )
  const kept = new Map<string, string>()
  for (const { name } of tables) {
    const rows = await database.query<{ text: string }>(`SELECT row_to_json(one)::text AS text FROM "${name}" one`)
    kept.set(name, rows.map(({ text }) => text).join('\n'))
  }
  return kept
}

it('no secret and no full contact is kept where it does not belong, nor said in the log', async () => {
  const password = marked('password', 'canary-password-Zx81-lamp')
  const wrong = marked('wrong password', 'canary-wrong-password-77')
  const hashed = await hashSecret(password)
  if (!hashed.ok) throw new Error('busy')
  const user = await aUser(db(), { passwordHash: hashed.value, mail: null })
  const admin = await aUser(db(), { roles: ['globalAdministrator'] })
  const phone = '+447400987654'
  contacts.set('phone', '7400987654')
  const email = 'canary.mailbox@elsewhere.example'
  contacts.set('email', email)
  const enter = { userPrincipalName: user.userPrincipalName, returnTo: null }

  // A password in the place of the user name, a wrong one, then the right one.
  await signInWithPassword({ ...enter, userPrincipalName: wrong, secret: wrong, origin: anOrigin() })
  await signInWithPassword({ ...enter, secret: wrong, origin: anOrigin() })
  await signInWithPass({ ...enter, secret: marked('wrong pass', 'canarywrongpass'), origin: anOrigin() })
  const first = await asking(
    must(await signInWithPassword({ ...enter, secret: password, origin: anOrigin() })),
    user.id,
  )

  // An app, with a wrong code before the right one.
  must(await continueSignIn(first))
  const wizard = await askAgain(first.session.id, user.id)
  must(await startSoftwareOath(wizard))
  const pending = await pendingSoftwareOath(wizard, 'canary')
  const secret = marked('app secret', pending?.secretGrouped.replaceAll(' ', '') ?? '')
  await confirmSoftwareOath(wizard, { code: '000000', name: null })
  const app = must(await confirmSoftwareOath(wizard, { code: await appCode(secret), name: 'An app' }))

  // A number and an address, pending, sent again, confirmed, changed.
  const own = await askAgain(first.session.id, user.id)
  must(await startContact(own, { kind: 'mobilePhone', contact: phone }))
  marked('phone code', await sentCode(user.id))
  clock.turn(31)
  must(await resendContactCode(own, 'mobilePhone'))
  must(await confirmContact(own, { kind: 'mobilePhone', code: marked('phone code 2', await sentCode(user.id)) }))
  must(await startContact(own, { kind: 'email', contact: email }))
  await confirmContact(own, { kind: 'email', code: '000000' })
  must(await confirmContact(own, { kind: 'email', code: marked('mail code', await sentCode(user.id)) }))
  must(await startContact(own, { kind: 'email', contact: `second.${email}` }))
  marked('pending mail code', await sentCode(user.id))

  // Signing in again: password, text message, app.
  clock.turn(120)
  const again = await asking(
    must(await signInWithPassword({ ...enter, secret: password, origin: anOrigin() })),
    user.id,
  )
  must(await sendCode(again))
  await verifyWithSentCode(again, '000000')
  const raised = must(await verifyWithSentCode(again, marked('sign-in code', await sentCode(user.id))))
  await verifyWithApp(await asking(raised, user.id), await appCode(secret))

  // An administrator makes a pass; it is used; a method is renamed and two are removed.
  const administrator = await anAsking(admin.id, { proofs: [aProof('password'), aProof('softwareOath')] })
  marked('administrator session', administrator.token)
  const { pass } = must(await issuePass(administrator, { targetId: user.id, request: {} }))
  marked('pass', pass)
  const byPass = await asking(must(await signInWithPass({ ...enter, secret: pass, origin: anOrigin() })), user.id)
  must(await continueSignIn(byPass))
  const full = await anAsking(user.id, { proofs: [aProof('password'), aProof('softwareOath')] })
  marked('own session', full.token)
  // Recovery codes, of which one is typed wrongly and one is used.
  const { codes } = must(await makeRecoveryCodes(full, null))
  for (const code of codes) {
    marked(`recovery code ${secrets.size}`, code.slice(5))
    marked(`recovery code ${secrets.size}`, code.slice(5).replaceAll('-', ''))
  }
  const recovering = await anAsking(user.id, { stage: 'firstFactor' })
  await verifyWithRecoveryCode(recovering, marked('wrong recovery code', 'ZZZZ-CANA-RYCA-NARY-ZZZZ'))
  must(await verifyWithRecoveryCode(recovering, codes[0] ?? ''))

  must(await rename(full, { methodId: app.methodId, name: 'Old app' }))
  must(await removeMethodOf(administrator, { targetId: user.id, methodId: app.methodId }))
  const mail = await db().authenticationMethod.findFirstOrThrow({ where: { userId: user.id, kind: 'email' } })
  must(await remove(full, mail.id))

  // The password is changed, after a wrong one and a weak one; then a temporary one is issued and replaced.
  const weak = marked('weak password', 'canary-Harbor-weak-one')
  const chosen = marked('chosen password', 'canary-gravel-under-the-gantry')
  await changePassword(full, { currentPassword: marked('wrong present', 'canary-wrong-present'), newPassword: weak })
  await changePassword(full, { currentPassword: password, newPassword: weak })
  const changed = must(await changePassword(full, { currentPassword: password, newPassword: chosen }))
  marked('session after the change', changed.token)
  const temporary = marked('temporary', must(await issueTemporaryPassword(administrator, user.id)).password)
  const byTemporary = must(await signInWithPassword({ ...enter, secret: temporary, origin: anOrigin() }))
  const setting = await asking(byTemporary, user.id)
  await replaceTemporaryPassword(setting, weak)
  must(await replaceTemporaryPassword(setting, marked('own password', 'canary-fog-on-the-crane-7')))

  const kept = await dump()
  expect([...kept.keys()]).toEqual(
    expect.arrayContaining(['audit_event', 'challenge', 'outbox_message', 'sign_in_log']),
  )
  const found: string[] = []
  const search = (where: string, text: string, what: ReadonlyMap<string, string>) => {
    for (const [name, value] of what) {
      // Six digits occur by chance inside times, hashes and ids; alone between quotes or spaces they do not.
      const needles = /^\d{6}$/.test(value)
        ? [new RegExp(`(?<![0-9a-zA-Z.:_-])${value}(?![0-9a-zA-Z.:_-])`)]
        : [value, Buffer.from(value).toString('hex'), Buffer.from(value).toString('base64url')]
      for (const needle of needles) {
        if (typeof needle === 'string' ? text.includes(needle) : needle.test(text)) found.push(`${name} in ${where}`)
      }
    }
  }
  for (const [table, text] of kept) {
    search(table, text, secrets)
    if (!contactTables.has(table)) search(table, text, contacts)
  }
  search('the log', said, secrets)
  search('the log', said, contacts)
  expect(found).toEqual([])
  // The search finds what is there.
  expect(kept.get('phone')).toContain('7400987654')
  expect(kept.get('audit_event')?.split('\n').length).toBeGreaterThan(15)
})

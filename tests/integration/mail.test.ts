import { createServer } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DirectoryRole } from '@/lib/directory/model'
import { startOutboxSender } from '@/lib/jobs/outbox-sender'
import { leaseMessages } from '@/lib/jobs/outbox-store'
import type { Job } from '@/lib/jobs/repeat'
import { chooseMailLanguage, mailLanguagesOf } from '@/lib/notifications/language'
import { findLogo, readMailBranding, readMailTexts } from '@/lib/notifications/mail-settings'
import { queueMail, wakeOutbox } from '@/lib/notifications/outbox'
import { dropNotice, retryNotice } from '@/lib/notifications/outbox-commands'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { sendTestMail, updateMailBranding, updateMailLogo, updateMailText } from '@/lib/policy-changes/mail'
import { findMessages } from '@/lib/reports/delivery-store'
import { anAsking, aProof } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import { type Part, readMime, readWords } from '@/tests/support/mime'
import { aPng } from '@/tests/support/pictures'

/** What leaves, as a mail server receives it; and who may decide how it looks. */

const database = testDatabase()
type Received = { readonly to: readonly string[]; readonly mail: Part; readonly raw: string }
const received: Received[] = []
const running: Job[] = []
let smtp: SMTPServer

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        const raw = Buffer.concat(chunks).toString('latin1')
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), mail: readMime(raw), raw })
        done()
      })
    },
  })
  await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done))
  useSmtp((smtp.server.address() as { port: number }).port)
})
beforeEach(async () => {
  await database.query('TRUNCATE outbox_message')
  await database.query("DELETE FROM tenant_policy WHERE name LIKE 'mail%'")
  await database.query('DELETE FROM mail_logo')
  received.length = 0
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop()))
})
afterAll(() => new Promise<void>((done) => smtp.close(done)))

function useSmtp(port: number): void {
  process.env.SMTP_URL = `smtp://127.0.0.1:${port}`
  forgetSettings()
}

async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await check())) {
    if (performance.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function start(): void {
  running.push(startOutboxSender(undefined, 3600))
  wakeOutbox()
}

async function administrator(roles: readonly DirectoryRole[] = ['authenticationPolicyAdministrator']) {
  const user = await aUser(db(), { roles })
  const proofs = [aProof('password'), aProof('softwareOath')]
  return { ...(await anAsking(user.id, { proofs })), user, at: now() }
}

const look = { accent: '#7a1f5c', supportContact: 'help@harbor.example', footer: 'Harbor Ltd', language: 'en' } as const
const noWords = { subject: '', introduction: '' }
const noTexts = { en: noWords, de: noWords }
const values = {
  at: '2026-11-22T09:00:00.000Z',
  method: 'Authenticator app',
  clientAddress: '203.0.113.9',
  by: 'you',
} as const
const code = (result: { ok: true } | { ok: false; failure: { code: string; field?: string } }) =>
  result.ok ? 'ok' : [result.failure.code, result.failure.field].filter(Boolean).join(' at ')
const records = async (event: string) =>
  (await database.query<{ record: string }>('SELECT record FROM audit_event ORDER BY id'))
    .map(({ record }) => JSON.parse(record))
    .filter((record) => record.event === event)

/** Tells this person of a new method and waits for the mail. */
async function tell(userId: string, more: Partial<typeof values> | { method: string } = {}): Promise<Received> {
  received.length = 0
  await transaction((tx) =>
    notifySecurityEvent(tx, { userId, template: 'methodAdded', values: { ...values, ...more } }),
  )
  if (running.length === 0) start()
  else wakeOutbox()
  await until(() => received.length > 0)
  const [first] = received
  if (!first) throw new Error('nothing came')
  return first
}

const partsOf = ({ mail }: Received) => {
  const [text, rich] = mail.parts
  const html = rich?.type === 'multipart/related' ? rich.parts[0] : rich
  return { text: text?.text ?? '', html: html?.text ?? '', picture: rich?.parts[1], rich }
}

describe('a mail on the wire', () => {
  it('has both parts, the logo beside the HTML one byte by byte, and goes to nobody else', async () => {
    const asking = await administrator()
    const logo = aPng(120, 40)
    expect(code(await updateMailBranding(asking, look, 0))).toBe('ok')
    expect(code(await updateMailLogo(asking, logo))).toBe('ok')
    const ada = await aUser(db(), { displayName: 'Ada Lovelace' })
    const sent = await tell(ada.id)
    expect(sent.to).toEqual([ada.userPrincipalName])
    expect(sent.mail.type).toBe('multipart/alternative')
    expect(sent.mail.parts.map(({ type }) => type)).toEqual(['text/plain', 'multipart/related'])
    const { text, html, picture, rich } = partsOf(sent)
    expect(rich?.parts.map(({ type }) => type)).toEqual(['text/html', 'image/png'])
    expect(picture?.headers.get('content-id')).toBe('<logo@twofold>')
    expect(picture?.headers.get('content-disposition')).toMatch(/^inline/)
    expect(picture?.bytes.equals(Buffer.from(logo))).toBe(true)
    expect(html).toContain('src="cid:logo@twofold"')
    expect(html).toContain('#7a1f5c')
    for (const part of [text, html]) {
      expect(part).toContain('Hello Ada Lovelace,')
      expect(part).toContain('help@harbor.example')
      expect(part).toContain('Harbor Ltd')
      expect(part).toContain('203.0.113.x')
    }
  })

  it('is in the person’s language, else the organisation’s, else English; umlauts survive in subject and text', async () => {
    const asking = await administrator()
    const ada = await aUser(db(), { displayName: 'Ada Größe' })
    expect(readWords((await tell(ada.id)).mail.headers.get('subject') ?? '')).toBe(
      'A sign-in method was added to your account',
    )
    await chooseMailLanguage(asking, ada.id, 'de')
    const german = await tell(ada.id)
    expect(readWords(german.mail.headers.get('subject') ?? '')).toBe(
      'Ihrem Konto wurde eine Anmeldemethode hinzugefügt',
    )
    expect(partsOf(german).text).toContain(
      'Guten Tag Ada Größe,\n\nZu Ihrem Konto bei Harbor ist hinzugekommen: Authenticator-App.',
    )
    expect(partsOf(german).html).toContain('<html lang="de"')
    await chooseMailLanguage(asking, ada.id, null)
    expect(code(await updateMailBranding(asking, { ...look, language: 'de' }, 0))).toBe('ok')
    expect(partsOf(await tell(ada.id)).text).toContain('Guten Tag')
    await chooseMailLanguage(asking, ada.id, 'en')
    expect(partsOf(await tell(ada.id)).text).toContain('Hello Ada')
    expect(await mailLanguagesOf(db(), ada.id)).toEqual({ chosen: 'en', ofDirectory: null })
    // Choosing what stands already is no change, and no record.
    const before = (await records('userUpdated')).length
    await chooseMailLanguage(asking, ada.id, 'en')
    expect((await records('userUpdated')).length).toBe(before)
    expect((await records('userUpdated')).at(-1)).toMatchObject({ after: { preferredLanguage: 'en' } })
  })

  it('no name, method or text of one’s own adds a header, a recipient or an element', async () => {
    const asking = await administrator()
    const hostile = 'x\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script><img src=x>'
    const ada = await aUser(db(), { displayName: hostile })
    const own = { subject: '{organisation}: {method}', introduction: '{method}' }
    expect(code(await updateMailText(asking, 'methodAdded', { isOn: true, texts: { en: own, de: noWords } }, 0))).toBe(
      'ok',
    )
    const sent = await tell(ada.id, { method: hostile })
    expect(sent.to).toEqual([ada.userPrincipalName])
    expect([...sent.mail.headers.keys()].sort()).toEqual([
      ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'],
    ])
    expect(readWords(sent.mail.headers.get('subject') ?? '')).toMatch(/^Harbor: x Bcc: eve@evil\.example/)
    expect(partsOf(sent).html).not.toMatch(/<script|<img/)
  })

  it('a document that cannot be read costs its own wishes and no mail', async () => {
    await database.query(`INSERT INTO tenant_policy (name, document) VALUES ('mailBranding', '{"accent":"url(x)"}')`)
    const ada = await aUser(db(), {})
    expect(partsOf(await tell(ada.id)).html).not.toContain('url(')
  })
})

describe('what an organisation decides', () => {
  it('is for the two roles that may, and a refusal is on record', async () => {
    const before = (await records('mailBrandingUpdated')).length
    for (const roles of [['helpdeskAdministrator'], ['globalReader'], ['securityAdministrator']] as const) {
      const asking = await administrator(roles)
      expect(code(await updateMailBranding(asking, look, 0))).toBe('directory.forbidden')
      expect(code(await updateMailLogo(asking, aPng(20, 20)))).toBe('directory.forbidden')
      expect(code(await updateMailText(asking, 'passUsed', { isOn: false, texts: noTexts }, 0))).toBe(
        'directory.forbidden',
      )
      expect(code(await sendTestMail(asking, 'passUsed', 'en'))).toBe('directory.forbidden')
    }
    const refusals = (await records('mailBrandingUpdated')).slice(before)
    expect(refusals.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'failure'))
    expect(await readMailBranding(db())).toMatchObject({ version: 0 })
    expect(await findLogo(db())).toBeNull()
    expect(await database.query('SELECT 1 FROM outbox_message')).toEqual([])
    expect(code(await updateMailBranding(await administrator(['globalAdministrator']), look, 0))).toBe('ok')
  })

  it('of two who save at once one wins, and the trail has before and after', async () => {
    const asking = await administrator()
    const both = await Promise.all(
      ['#112233', '#332211'].map((accent) => updateMailBranding(asking, { ...look, accent }, 0)),
    )
    expect(both.map(code).sort()).toEqual(['ok', 'policyChanges.changed_meanwhile'])
    expect(code(await updateMailBranding(asking, look, 1))).toBe('ok')
    expect(code(await updateMailBranding(asking, look, 1))).toBe('policyChanges.changed_meanwhile')
    const [last] = (await records('mailBrandingUpdated')).filter(({ outcome }) => outcome === 'success').slice(-1)
    expect(last).toMatchObject({ after: look, before: { supportContact: 'help@harbor.example' } })
    expect(last.before.accent).toMatch(/^#(112233|332211)$/)
  })

  it('nothing that fails the rules is stored', async () => {
    const asking = await administrator()
    expect(code(await updateMailBranding(asking, { ...look, accent: '#ffcc00' }, 0))).toBe(
      'mail.colour_too_light at accent',
    )
    expect(code(await updateMailLogo(asking, new TextEncoder().encode('<svg/>')))).toBe(
      'mail.logo_format_unknown at file',
    )
    const bad = (words: Partial<typeof noWords>) =>
      updateMailText(asking, 'passUsed', { isOn: true, texts: { en: noWords, de: { ...noWords, ...words } } }, 0)
    expect(code(await bad({ subject: '{code}' }))).toBe('mail.placeholder_unknown at subject-de')
    expect(code(await bad({ introduction: 'https://evil.example' }))).toBe('mail.foreign_link at introduction-de')
    expect(code(await updateMailText(asking, 'passwordReset', { isOn: false, texts: noTexts }, 0))).toBe(
      'mail.not_switchable at isOn',
    )
    expect([await readMailBranding(db()), await readMailTexts(db())]).toMatchObject([{ version: 0 }, { version: 0 }])
  })

  it('of a logo the trail has what it is, and not the picture', async () => {
    const asking = await administrator()
    await updateMailLogo(asking, aPng(120, 40))
    await updateMailLogo(asking, null)
    const [stored, removed] = (await records('mailBrandingUpdated')).slice(-2)
    expect(stored).toMatchObject({ before: null, after: { mediaType: 'image/png', width: 120, height: 40 } })
    expect(removed).toMatchObject({ before: { width: 120 }, after: null })
    expect(JSON.stringify(stored)).not.toContain('iVBOR')
  })
})

describe('a notice that the organisation does not send', () => {
  it('stays in the outbox and says so, cannot be sent again, and a test of it goes', async () => {
    const asking = await administrator()
    expect(code(await updateMailText(asking, 'methodAdded', { isOn: false, texts: noTexts }, 0))).toBe('ok')
    const ada = await aUser(db(), {})
    await transaction((tx) => notifySecurityEvent(tx, { userId: ada.id, template: 'methodAdded', values }))
    start()
    const list = async () => (await findMessages(db(), { at: now() })).messages
    await until(async () => (await list())[0]?.state === 'switchedOff')
    const [row] = await list()
    expect(row).toMatchObject({ mayRetry: false, mayDrop: true, error: null, template: 'methodAdded' })
    expect(await retryNotice(asking, row?.id ?? '')).toBe(false)
    expect(received).toEqual([])
    expect(code(await sendTestMail(asking, 'methodAdded', 'de'))).toBe('ok')
    await until(() => received.length === 1)
  })
})

describe('a test', () => {
  it('goes to whoever asks and to nobody else, says that it is one, and is on record', async () => {
    const asking = await administrator()
    expect(code(await sendTestMail(asking, 'temporaryPasswordIssued', 'de'))).toBe('ok')
    expect(code(await sendTestMail(asking, 'verificationCode', 'en'))).toBe('ok')
    start()
    await until(() => received.length === 2)
    expect(received.flatMap(({ to }) => to)).toEqual([asking.user.userPrincipalName, asking.user.userPrincipalName])
    const subjects = received.map(({ mail }) => readWords(mail.headers.get('subject') ?? '')).sort()
    expect(subjects).toEqual([
      'Test: Your verification code for Harbor',
      'Testnachricht: Sie haben ein vorläufiges Passwort bekommen',
    ])
    expect(
      (await records('testMailSent')).flatMap(({ target, after }) => (target ? [[target.name, after.language]] : [])),
    ).toEqual(
      expect.arrayContaining([
        ['temporaryPasswordIssued', 'de'],
        ['verificationCode', 'en'],
      ]),
    )
  })
})

describe('the outbox in the hands of administrators', () => {
  const queue = (to = 'ada@mail.example') =>
    transaction((tx) => queueMail(tx, { userId: null, to, template: 'methodAdded', values, lane: 'notification' }))
  const stateOf = async (id: string) =>
    (await findMessages(db(), { at: now() })).messages.find((message) => message.id === id)

  it('a dead server shows in words with the next try, and the notice arrives once it lives again', async () => {
    const { port } = await new Promise<{ port: number }>((done) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const at = probe.address() as { port: number }
        probe.close(() => done(at))
      })
    })
    const alive = Number(new URL(process.env.SMTP_URL ?? '').port)
    useSmtp(port)
    const asking = await administrator()
    const id = await queue()
    start()
    await until(async () => (await stateOf(id))?.state === 'delayed')
    const row = await stateOf(id)
    expect(row).toMatchObject({ attempts: 1, error: 'esocket', mayRetry: false, mayDrop: true })
    expect(row?.nextAttemptAt?.getTime()).toBeGreaterThan(now().getTime())
    await database.query("UPDATE outbox_message SET state = 'dead', ended_at = now() WHERE id = $1", [id])
    useSmtp(alive)
    expect(await retryNotice(asking, id)).toBe(true)
    await until(() => received.length === 1)
    await until(async () => (await stateOf(id))?.state === 'handedOver')
    expect(received[0]?.mail.headers.get('message-id')).toContain(id)
  })

  it('shows no code, no address and no text, and says which messages carry a code', async () => {
    const secret = { code: '048213', purpose: 'register', lifetimeSeconds: 300 } as const
    await transaction((tx) =>
      queueMail(tx, {
        userId: null,
        to: 'ada@mail.example',
        template: 'verificationCode',
        values: secret,
        lane: 'code',
      }),
    )
    await queue()
    const { messages } = await findMessages(db(), { at: now() })
    expect(messages.map(({ lane, mayDrop, mayRetry }) => [lane, mayDrop, mayRetry])).toEqual([
      ['notification', true, false],
      ['code', false, false],
    ])
    expect(JSON.stringify(messages)).not.toMatch(/048213|ada@mail|Authenticator/)
    const asking = await administrator()
    expect(await dropNotice(asking, messages[1]?.id ?? '')).toBe(false)
    expect(await retryNotice(asking, messages[1]?.id ?? '')).toBe(false)
  })

  it('a dropped notice is forgotten, is not sent, and cannot be sent again', async () => {
    const asking = await administrator()
    const id = await queue()
    expect(await dropNotice(asking, id)).toBe(true)
    expect(await dropNotice(asking, id)).toBe(false)
    expect(await retryNotice(asking, id)).toBe(false)
    expect(await database.query('SELECT payload_sealed, state FROM outbox_message')).toEqual([
      { payload_sealed: '', state: 'dead' },
    ])
    expect(await stateOf(id)).toMatchObject({ state: 'dropped', mayDrop: false, mayRetry: false })
    start()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(received).toEqual([])
    expect((await records('messageDropped')).at(-1)).toMatchObject({
      target: { kind: 'message', id },
      before: { template: 'methodAdded', state: 'pending' },
    })
  })

  it('what a worker is handing over is not dropped', async () => {
    const asking = await administrator()
    const id = await queue()
    await leaseMessages('notification', ['mail'], 1, now())
    expect(await dropNotice(asking, id)).toBe(false)
    expect((await stateOf(id))?.mayDrop).toBe(false)
  })

  it('pressed by ten at once, each happens once at most, and the trail agrees with the rows', async () => {
    const asking = await administrator()
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => queue(`p${index}@mail.example`)))
    await database.query("UPDATE outbox_message SET state = 'dead', ended_at = now(), last_error = 'esocket'")
    const before = {
      dropped: (await records('messageDropped')).length,
      retried: (await records('messageRetried')).length,
    }
    const presses = ids.flatMap((id) =>
      Array.from({ length: 10 }, (_, index) => async () => ({
        id,
        verb: index % 2 === 0 ? 'drop' : 'retry',
        did: index % 2 === 0 ? await dropNotice(asking, id) : await retryNotice(asking, id),
      })),
    )
    const outcomes = await Promise.all(presses.map((press) => press()))
    for (const id of ids) {
      const did = (verb: string) => outcomes.filter((one) => one.id === id && one.verb === verb && one.did).length
      // Sending again and then dropping is possible; the other way round is not, because a dropped one is forgotten.
      expect(did('drop')).toBe(1)
      expect(did('retry')).toBeLessThanOrEqual(1)
      expect((await stateOf(id))?.state).toBe('dropped')
    }
    expect((await records('messageDropped')).length - before.dropped).toBe(ids.length)
    expect((await records('messageRetried')).length - before.retried).toBe(
      outcomes.filter(({ verb, did }) => verb === 'retry' && did).length,
    )
  })

  it('dropping while the sender is at work: each message is dropped or delivered, never both', async () => {
    const asking = await administrator()
    const ids = await Promise.all(Array.from({ length: 30 }, (_, index) => queue(`r${index}@mail.example`)))
    start()
    const drops = await Promise.all(ids.map(async (id) => ({ id, did: await dropNotice(asking, id) })))
    await until(async () => (await database.query("SELECT 1 FROM outbox_message WHERE state = 'pending'")).length === 0)
    const delivered = received.map(({ mail }) => mail.headers.get('message-id') ?? '')
    for (const { id, did } of drops)
      expect(
        delivered.some((messageId) => messageId.includes(id)),
        id,
      ).toBe(!did)
  })
})

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PostOffice, startPostOffice } from '@/demo/post-office'
import { startOutboxSender } from '@/lib/jobs/outbox-sender'
import { type Leased, leaseMessages, sweepOutbox } from '@/lib/jobs/outbox-store'
import type { Job } from '@/lib/jobs/repeat'
import type { HandOver } from '@/lib/notifications/model'
import { deliveryState, queueMail, queueSms, wakeOutbox } from '@/lib/notifications/outbox'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { forgetSettings, testDatabase } from '@/tests/support/database'

const database = testDatabase()
let post: PostOffice
const running: Job[] = []

beforeAll(async () => {
  post = await startPostOffice()
  process.env.SMTP_URL = post.smtpUrl
  process.env.SMS_GATEWAY_URL = post.smsGatewayUrl
  forgetSettings()
})
beforeEach(async () => {
  await database.query('TRUNCATE outbox_message')
  post.clear()
  post.setFault('smtp', {})
  post.setFault('sms', {})
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop()))
})
afterAll(() => post.stop())

function start(handOver?: (message: Leased) => Promise<HandOver>, lookSeconds?: number): void {
  running.push(startOutboxSender(handOver, lookSeconds))
}

const code = { code: '048213', purpose: 'register', lifetimeSeconds: 300 } as const
const values = { at: '2026-11-22T09:00:00.000Z', method: 'Phone' }

const queueCode = (to = 'ada@mail.example', notAfter?: Date) =>
  transaction((tx) =>
    queueMail(tx, {
      userId: null,
      to,
      template: 'verificationCode',
      values: code,
      lane: 'code',
      ...(notAfter === undefined ? {} : { notAfter }),
    }),
  )
const queueNotice = (to = 'ada@mail.example') =>
  transaction((tx) => queueMail(tx, { userId: null, to, template: 'methodAdded', values, lane: 'notification' }))

async function until(check: () => Promise<boolean> | boolean, milliseconds = 10_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!(await check())) {
    if (performance.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const stateOf = (id: string) => deliveryState(db(), id)

describe('sending', () => {
  it('a code by mail and by text message arrives when the bell rings, and is nowhere in clear', async () => {
    // It looks by itself in an hour: what arrives now, the bell has brought.
    start(undefined, 3600)
    const mail = await queueCode()
    const sms = await transaction((tx) => queueSms(tx, { userId: null, to: '+442079460958', values: code }))
    const dump = JSON.stringify(await database.query('SELECT * FROM outbox_message'))
    expect(dump).not.toMatch(/048213|ada@mail|2079460958/)
    wakeOutbox()
    const text = await post.waitFor(({ kind }) => kind === 'sms')
    const letter = await post.waitFor(({ kind }) => kind === 'email')
    expect(text).toMatchObject({ to: '+442079460958', messageId: sms, code: '048213' })
    expect(text.text).toMatch(/@localhost #048213$/)
    expect(letter).toMatchObject({
      to: 'ada@mail.example',
      subject: 'Your verification code for Harbor',
      code: '048213',
    })
    expect(letter.messageId).toContain(mail)
    await until(async () => (await stateOf(mail)) === 'sent' && (await stateOf(sms)) === 'sent')
    expect(await database.query("SELECT 1 FROM outbox_message WHERE payload_sealed <> ''")).toHaveLength(0)
  })

  it('what is rolled back is not sent', async () => {
    start()
    await expect(
      transaction(async (tx) => {
        await queueMail(tx, {
          userId: null,
          to: 'a@mail.example',
          template: 'verificationCode',
          values: code,
          lane: 'code',
        })
        throw new Error('the change failed')
      }),
    ).rejects.toThrow()
    wakeOutbox()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(post.messages()).toHaveLength(0)
  })

  it('a payload moved to another row does not open and is not sent', async () => {
    const [first, second] = [await queueCode('ada@mail.example'), await queueCode('eve@mail.example')]
    await database.query(
      'UPDATE outbox_message SET payload_sealed = (SELECT payload_sealed FROM outbox_message WHERE id = $1) WHERE id = $2',
      [first, second],
    )
    start()
    await until(async () => (await stateOf(second)) === 'failed' && (await stateOf(first)) === 'sent')
    expect(post.messages()).toHaveLength(1)
  })

  it('a notice goes to every address but the one just added', async () => {
    const userId = '01890000-0000-7000-8000-000000000001'
    await database.query(
      `INSERT INTO "user" (id, user_principal_name, display_name, mail, user_handle, updated_at)
       VALUES ($1, 'ada@harbor.example', 'Ada', 'ada@harbor.example', sha512('ada'), now())`,
      [userId],
    )
    start()
    await transaction((tx) =>
      notifySecurityEvent(tx, {
        userId,
        template: 'methodChanged',
        values,
        alsoTo: 'old@mail.example',
        except: 'new@mail.example',
      }),
    )
    await until(() => post.messages().length === 2)
    expect(
      post
        .messages()
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['ada@harbor.example', 'old@mail.example'])
  })
})

describe('a server that fails', () => {
  it('a code is tried again within its lifetime and arrives once', async () => {
    post.setFault('smtp', { status: 451 })
    start()
    const id = await queueCode()
    wakeOutbox()
    await until(async () => (await stateOf(id)) === 'slow', 2000)
    post.setFault('smtp', {})
    await until(async () => (await stateOf(id)) === 'sent')
    expect(post.messages()).toHaveLength(1)
  })

  it('a refusal for good is not repeated, and the person learns of it', async () => {
    post.setFault('sms', { status: 400 })
    start()
    const id = await transaction((tx) => queueSms(tx, { userId: null, to: '+442079460958', values: code }))
    wakeOutbox()
    await until(async () => (await stateOf(id)) === 'failed', 2000)
    const [row] = await database.query('SELECT state, attempts, last_error, to_masked FROM outbox_message')
    expect(row).toEqual({ state: 'dead', attempts: 1, last_error: 'http_400', to_masked: '••••••58' })
  })

  it('after five failures it is left alone: the sixth message waits unsent', async () => {
    let calls = 0
    start(async () => {
      calls += 1
      return { outcome: 'transient', reason: 'refused' }
    })
    for (let number = 0; number < 5; number++) await queueNotice(`n${number}@mail.example`)
    wakeOutbox()
    await until(() => calls >= 5)
    const sixth = await queueCode()
    wakeOutbox()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const [row] = await database.query('SELECT attempts FROM outbox_message WHERE id = $1', [sixth])
    expect(row).toEqual({ attempts: 0 })
    expect(calls).toBeLessThanOrEqual(8)
  })

  it('an expired code is never handed over', async () => {
    const id = await queueCode('late@mail.example', secondsFrom(now(), -1))
    start()
    await until(async () => (await database.query("SELECT 1 FROM outbox_message WHERE state = 'dead'")).length === 1)
    expect(await stateOf(id)).toBe('failed')
    expect(post.messages()).toHaveLength(0)
  })
})

describe('workers', () => {
  it('four workers send 400 rows, each once', async () => {
    await database.query(
      `INSERT INTO outbox_message (id, channel, lane, payload_sealed, template, to_masked, not_after)
       SELECT gen_random_uuid(), 'mail', CASE WHEN n % 2 = 0 THEN 'code' ELSE 'notification' END, 'x', 't', 'm',
         now() + interval '5 minutes' FROM generate_series(1, 400) n`,
    )
    const sent: string[] = []
    for (let worker = 0; worker < 4; worker++) {
      start(async ({ id }) => {
        sent.push(id)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
        return { outcome: 'sent' }
      })
    }
    await until(
      async () => (await database.query("SELECT 1 FROM outbox_message WHERE state <> 'sent'")).length === 0,
      25_000,
    )
    expect(sent).toHaveLength(400)
    expect(new Set(sent).size).toBe(400)
  })

  it('a heap of slow notices does not keep a code waiting', async () => {
    for (let number = 0; number < 30; number++) await queueNotice(`n${number}@mail.example`)
    let isCodeSent = false
    let noticesBegun = 0
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    start(async ({ lane }) => {
      if (lane === 'code') isCodeSent = true
      else {
        noticesBegun++
        await held
      }
      return { outcome: 'sent' }
    })
    await until(() => noticesBegun > 0)
    await queueCode()
    wakeOutbox()
    // No notice has been handed over, and the code is gone.
    await until(() => isCodeSent)
    letGo()
  })

  it('a worker killed in the middle of a hand-over: the code goes out once, the notice again as the same message', async () => {
    const codeId = await queueCode('code@mail.example')
    const noticeId = await queueNotice('notice@mail.example')
    post.setFault('smtp', { delayMilliseconds: 3000 })
    const worker = await startWorker()
    const leased = async () =>
      (await database.query('SELECT 1 FROM outbox_message WHERE leased_until IS NOT NULL')).length
    await until(async () => (await leased()) === 2, 20_000)
    await new Promise((resolve) => setTimeout(resolve, 1200))
    await kill(worker)
    // Both were on the wire: the server takes them although nobody waits for its answer.
    await until(() => post.messages().length === 2)
    post.setFault('smtp', {})

    await database.query("UPDATE outbox_message SET leased_until = now() - interval '1 second'")
    start()
    await until(async () => (await stateOf(noticeId)) === 'sent' && (await stateOf(codeId)) === 'failed')
    const received = (to: string) => post.messages().filter((message) => message.to === to)
    expect(received('code@mail.example')).toHaveLength(1)
    expect(received('notice@mail.example')).toHaveLength(2)
    expect(new Set(received('notice@mail.example').map(({ messageId }) => messageId)).size).toBe(1)
    const [row] = await database.query('SELECT last_error FROM outbox_message WHERE id = $1', [codeId])
    expect(row).toEqual({ last_error: 'outcome_unknown' })
  })

  it('a code that was leased and never given back is not leased again, a notice is', async () => {
    await queueCode()
    await queueNotice()
    expect(await leaseMessages('code', ['mail'], 5, now())).toHaveLength(1)
    expect(await leaseMessages('notification', ['mail'], 5, now())).toHaveLength(1)
    const afterLease = secondsFrom(now(), 61)
    expect(await leaseMessages('code', ['mail'], 5, afterLease)).toHaveLength(0)
    expect(await leaseMessages('notification', ['mail'], 5, afterLease)).toMatchObject([{ attempts: 2 }])
    expect(await sweepOutbox(afterLease)).toBe(1)
  })
})

async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', fileURLToPath(new URL('./outbox-worker.ts', import.meta.url))],
    { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await new Promise<void>((resolve, reject) => {
    worker.stdout?.once('data', () => resolve())
    worker.once('exit', () => reject(new Error('the worker did not start')))
  })
  return worker
}

async function kill(worker: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.kill('SIGKILL')
  await gone
}

import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueSms } from '@/lib/notifications/outbox'
import { disconnect, transaction } from '@/lib/platform/db'
import { forgetSettings } from '@/tests/support/database'
import { type RunningProduct, startProduct } from '@/tests/support/e2e-server'
import { hasKannel, type Kannel, type KannelCentre, startKannel, startKannelCentre } from '@/tests/support/kannel'

// The built server as a process, and Kannel as its counterpart: an SMS gateway of other people's making.

describe.skipIf(!hasKannel)('Kannel (Debian’s kannel and kannel-extras)', () => {
  let kannel: Kannel
  let centre: KannelCentre | null
  let product: RunningProduct
  let owner: pg.Pool

  beforeAll(async () => {
    kannel = await startKannel()
    centre = await startKannelCentre()
    product = await startProduct({
      seed: false,
      settings: {
        SMS_PROVIDERS: 'smpp,http',
        SMPP_URL: `smpp://foo@127.0.0.1:${centre?.port ?? 1}`,
        SMPP_PASSWORD: 'bar',
        SMPP_FROM: 'Harbor',
        SMPP_BIND: 'separate',
        SMS_GATEWAY_URL: kannel.gatewayUrl,
        SMS_GATEWAY_TEMPLATE: kannel.gatewayTemplate,
      },
    })
    process.env.DATABASE_URL = product.databaseUrl
    forgetSettings()
    owner = new pg.Pool({ connectionString: product.ownerUrl, max: 2 })
  }, 120_000)
  afterAll(async () => {
    await disconnect()
    await owner?.end()
    await product?.stop()
    await centre?.stop()
    await kannel?.stop()
  })

  const send = (code: string) =>
    transaction((tx) =>
      queueSms(tx, {
        userId: null,
        to: '+442079460958',
        values: { code, purpose: 'register', lifetimeSeconds: 300 },
      }),
    )

  const rowOf = async (id: string) =>
    (
      await owner.query(
        'SELECT state, attempts, provider, last_error, receipt_state FROM outbox_message WHERE id = $1',
        [id],
      )
    ).rows[0]

  async function reaches(id: string, expected: object): Promise<void> {
    await expect.poll(() => rowOf(id), { timeout: 60_000 }).toMatchObject(expected)
  }

  const timesShown = (code: string) =>
    [...kannel.shown().matchAll(new RegExp(`: <Harbor \\+442079460958 text Harbor: ${code} `, 'g'))].length

  it('takes a code by SMPP', async (context) => {
    if (centre === null) return context.skip('port 13001 is somebody else’s')
    const id = await send('048213')
    await reaches(id, { state: 'sent', provider: 'smpp', attempts: 1, last_error: null })
    expect(centre.taken()).toHaveLength(1)
    expect(centre.taken()[0]).toMatch(/^Harbor: 048213 is your code[\s\S]*\n\n$/)
    expect(timesShown('048213')).toBe(0)
  })

  it('carries a code over HTTP to a handset when the message centre is dead, and tells that it arrived', async () => {
    await centre?.stop()
    const before = centre?.taken().length ?? 0
    const id = await send('730164')
    await reaches(id, { state: 'sent', provider: 'http', attempts: 1, receipt_state: 'delivered' })
    const row = await rowOf(id)
    expect(row.last_error).toMatch(/^smpp: /)
    expect(timesShown('730164')).toBe(1)
    expect(kannel.shown()).toContain('<@localhost #730164>')
    expect(centre?.taken().length ?? 0).toBe(before)
    centre = null
  })

  it('gets each of twenty codes once', async () => {
    const codes = Array.from({ length: 20 }, (_, number) => String(500_000 + number))
    const ids = await Promise.all(codes.map(send))
    for (const id of ids) await reaches(id, { state: 'sent', receipt_state: 'delivered' })
    expect(codes.map(timesShown)).toEqual(codes.map(() => 1))
  })
})

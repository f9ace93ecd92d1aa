import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  classifyDatabaseError,
  db,
  isUniqueViolation,
  sqlState,
  type Tx,
  together,
  transaction,
  writeLater,
  writeTogether,
} from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()

const windowEnd = new Date('2026-11-22T09:00:00.000Z')
const counter = (key: string) => ({ key, windowStart: windowEnd, count: 1, expiresAt: windowEnd })
const put = (tx: Tx, key: string) =>
  tx.$executeRaw`INSERT INTO throttle_counter (key, window_start, count, remembered, expires_at)
    VALUES (${key}, ${windowEnd}, 1, '{}', ${windowEnd})`
const stored = async (like: string) =>
  (
    await database.query<{ key: string }>('SELECT key FROM throttle_counter WHERE key LIKE $1 ORDER BY key', [like])
  ).map(({ key }) => key)

describe('a transaction', () => {
  it('is one for plain statements and for the models alike', async () => {
    await transaction(async (tx) => {
      expect(await put(tx, 'one:plain')).toBe(1)
      await tx.throttleCounter.create({ data: counter('one:model') })
      // Each sees what the other wrote, and nobody outside does.
      expect(await tx.throttleCounter.count({ where: { key: { startsWith: 'one:' } } })).toBe(2)
      expect(await tx.$queryRaw`SELECT key FROM throttle_counter WHERE key LIKE 'one:%'`).toHaveLength(2)
      expect(await stored('one:%')).toEqual([])
      expect(await db().throttleCounter.count({ where: { key: { startsWith: 'one:' } } })).toBe(0)
    })
    expect(await stored('one:%')).toEqual(['one:model', 'one:plain'])
  })

  it('takes both back when it fails', async () => {
    const failed = transaction(async (tx) => {
      await put(tx, 'back:plain')
      await tx.throttleCounter.create({ data: counter('back:model') })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await stored('back:%')).toEqual([])
  })

  it('fails after an error of a statement that was swallowed, and stores nothing', async () => {
    const swallowed = transaction(async (tx) => {
      await put(tx, 'swallowed:first')
      await put(tx, 'swallowed:first').catch(() => undefined)
      return 'done'
    })
    await expect(swallowed).rejects.toMatchObject({ code: '23505' })
    expect(await stored('swallowed:%')).toEqual([])
  })

  it('fails after an error of a model that was swallowed, and stores nothing', async () => {
    const swallowed = transaction(async (tx) => {
      await put(tx, 'caught:first')
      await tx.throttleCounter.create({ data: counter('caught:first') }).catch(() => undefined)
      return 'done'
    })
    await expect(swallowed).rejects.toMatchObject({ code: '23505' })
    expect(await stored('caught:%')).toEqual([])
  })

  it('takes back what a model did in several statements', async () => {
    const userId = randomUUID()
    await db().user.create({
      data: {
        id: userId,
        userPrincipalName: 'nested@harbor.example',
        displayName: 'Nested',
        userHandle: randomBytes(64),
      },
    })
    const group = { id: randomUUID(), displayName: 'Nested', members: { create: { userId } } }
    const members = () => database.query('SELECT FROM group_member WHERE user_id = $1', [userId])
    const failed = transaction(async (tx) => {
      await tx.group.create({ data: group })
      throw new Error('taken back')
    })
    await expect(failed).rejects.toThrow('taken back')
    expect(await members()).toHaveLength(0)
    await transaction((tx) => tx.group.create({ data: group }))
    expect(await members()).toHaveLength(1)
  })

  it('refuses a model call that nobody waited for, while its client serves the next transaction', async () => {
    let late: Promise<unknown> | null = null
    let forgotten: (() => void) | null = null
    await transaction(async (tx) => {
      await tx.throttleCounter.count()
      const again = new Promise<void>((resolve) => {
        forgotten = resolve
      })
      late = again.then(() => tx.throttleCounter.create({ data: counter('forgotten') })).catch((error) => error)
    })
    await transaction(async (tx) => {
      await tx.throttleCounter.count()
      forgotten?.()
      expect(await late).toBeInstanceOf(Error)
    })
    expect(await stored('forgotten')).toEqual([])
  })

  it('that has ended refuses every further statement, and nothing runs outside it', async () => {
    let left: Tx | null = null
    await transaction(async (tx) => {
      left = tx
    })
    const ended = left as unknown as Tx
    await expect(put(ended, 'late:plain')).rejects.toMatchObject({ code: 'P2028' })
    await expect(ended.$queryRaw`SELECT 1`).rejects.toMatchObject({ code: 'P2028' })
    expect(await stored('late:%')).toEqual([])
  })

  it('that is being ended takes no statement along', async () => {
    const late: Promise<unknown>[] = []
    await transaction(async (tx) => {
      await put(tx, 'ending:first')
      // Sent again and again while COMMIT is on its way: each either is part of the transaction or is refused.
      const send = (count: number): void => {
        if (count === 0) return
        late.push(put(tx, `ending:${count}`).then(...([() => 'stored', () => 'refused'] as const)))
        setImmediate(() => send(count - 1))
      }
      setImmediate(() => send(50))
    })
    while (late.length < 50) await new Promise((done) => setTimeout(done, 10))
    const answers = await Promise.all(late)
    expect(answers.filter((answer) => answer === 'stored')).toHaveLength((await stored('ending:%')).length - 1)
    expect(answers.at(-1)).toBe('refused')
  })

  it('keeps forty at once apart', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `apart:${String(index).padStart(2, '0')}`)
    const outcomes = await Promise.allSettled(
      keys.map((key, index) =>
        transaction(async (tx) => {
          await put(tx, key)
          await tx.throttleCounter.findUnique({ where: { key } })
          if (index % 2 === 1) throw new Error('no')
        }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    expect(await stored('apart:%')).toEqual(keys.filter((_, index) => index % 2 === 0))
  })
})

describe('a plain statement', () => {
  it('answers statements that were sent at once in their order', async () => {
    const seen = await transaction((tx) =>
      Promise.all([
        put(tx, 'order:first'),
        tx.$queryRaw<{ count: number }[]>`SELECT count(*)::int FROM throttle_counter WHERE key LIKE 'order:%'`,
        put(tx, 'order:second'),
        tx.throttleCounter.count({ where: { key: { startsWith: 'order:' } } }),
      ]),
    )
    expect(seen).toEqual([1, [{ count: 1 }], 1, 2])
  })

  it('is taken back when one of several sent at once fails, whichever', async () => {
    for (const wrong of [0, 1, 2]) {
      const names = ['several:0', 'several:1', 'several:2']
      const failed = transaction((tx) =>
        Promise.all(names.map((key, place) => (place === wrong ? tx.$queryRaw`SELECT 1 / 0` : put(tx, key)))),
      )
      await expect(failed).rejects.toMatchObject({ code: '22012' })
      expect(await stored('several:%')).toEqual([])
    }
  })

  const putLater = (tx: Tx, key: string) =>
    writeLater(
      tx,
      Prisma.sql`INSERT INTO throttle_counter (key, window_start, count, remembered, expires_at)
        VALUES (${key}, ${windowEnd}, 1, '{}', ${windowEnd})`,
    )

  it('stores what nobody waited for with the rest, and what comes next sees it', async () => {
    await transaction(async (tx) => {
      await putLater(tx, 'later:first')
      expect(await tx.throttleCounter.count({ where: { key: 'later:first' } })).toBe(1)
      await putLater(tx, 'later:second')
    })
    expect(await stored('later:%')).toEqual(['later:first', 'later:second'])
  })

  it('fails with the error of what nobody waited for, stores nothing, and its connection serves on', async () => {
    for (let times = 0; times < 30; times++) {
      const failed = transaction(async (tx) => {
        await put(tx, 'unanswered:first')
        await putLater(tx, 'unanswered:first')
        await putLater(tx, 'unanswered:second')
        return 'done'
      })
      await expect(failed).rejects.toMatchObject({ code: '23505' })
    }
    expect(await stored('unanswered:%')).toEqual([])
    await transaction((tx) => putLater(tx, 'unanswered:at last'))
    expect(await stored('unanswered:%')).toEqual(['unanswered:at last'])
  })

  it('tells at once of a write for later where there is no transaction', async () => {
    await putLater(db(), 'outside')
    await expect(putLater(db(), 'outside')).rejects.toMatchObject({ code: '23505' })
    const twice = Prisma.sql`INSERT INTO throttle_counter SELECT * FROM throttle_counter WHERE key = 'outside'`
    await expect(writeTogether(db(), [twice])).rejects.toMatchObject({ code: '23505' })
  })

  it('begins again when writes that nobody waited for lock each other out', async () => {
    await transaction(async (tx) => {
      await put(tx, 'ring:a')
      await put(tx, 'ring:b')
    })
    const raise = (key: string) => Prisma.sql`UPDATE throttle_counter SET count = count + 1 WHERE key = ${key}`
    let waiting = 2
    let meet = () => undefined as unknown
    const met = new Promise<void>((done) => {
      meet = done
    })
    const through = (first: string, second: string) =>
      transaction(async (tx) => {
        await tx.$executeRaw(raise(first))
        if (--waiting === 0) meet()
        await met
        await writeLater(tx, raise(second))
      })
    await Promise.all([through('ring:a', 'ring:b'), through('ring:b', 'ring:a')])
    expect(await database.query("SELECT count FROM throttle_counter WHERE key LIKE 'ring:%'")).toEqual([
      { count: 3 },
      { count: 3 },
    ])
    expect(waiting).toBeLessThan(0)
  })

  it('says that its outcome is unknown when its connection is lost with answers on the way', async () => {
    const lost = transaction(async (tx) => {
      await putLater(tx, 'lost:first')
      await writeLater(tx, Prisma.sql`SELECT pg_terminate_backend(pg_backend_pid())`)
      await putLater(tx, 'lost:second')
    })
    const error = await lost.catch((error: unknown) => error)
    expect(['unknown', 'busy']).toContain(classifyDatabaseError(error))
    expect(await stored('lost:%')).toEqual([])
    await transaction((tx) => putLater(tx, 'lost:at last'))
    expect(await stored('lost:%')).toEqual(['lost:at last'])
  })

  it('gives values back as the models do', async () => {
    const [row] = await db().$queryRaw<Record<string, unknown>[]>`SELECT ${2n ** 60n}::bigint AS long,
      ${windowEnd}::timestamptz AS at, ${Uint8Array.of(1, 2)}::bytea AS bytes, ${'a'}::text AS text, ${7}::int AS int,
      ${['x', 'y,"z']}::text[] AS list, ${JSON.stringify({ a: [1] })}::jsonb AS json, ${null}::uuid AS nothing,
      ${true}::boolean AS flag, count(*)::int AS count`
    expect(row).toEqual({
      ...{ long: 2n ** 60n, at: windowEnd, text: 'a', int: 7, list: ['x', 'y,"z'], json: { a: [1] } },
      ...{ nothing: null, flag: true, count: 1, bytes: Buffer.from([1, 2]) },
    })
  })

  it('takes parts of a statement as text and everything else as a value', async () => {
    const hostile = "'; DROP TABLE throttle_counter; --"
    const part = Prisma.sql`SELECT ${hostile}::text AS said`
    expect(await db().$queryRaw`SELECT said, ${1}::int AS one FROM (${part}) AS inner_part`).toEqual([
      { said: hostile, one: 1 },
    ])
    expect(await db().$queryRaw(part)).toEqual([{ said: hostile }])
  })

  it('says of an error what it is', async () => {
    const caught = async (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error)
    await put(db(), 'twice')
    const taken = await caught(put(db(), 'twice'))
    expect([sqlState(taken), isUniqueViolation(taken)]).toEqual(['23505', true])
    expect(classifyDatabaseError(await caught(db().$queryRaw`SELECT nonsense`))).toBe('bug')
    expect(classifyDatabaseError(Object.assign(new Error('read'), { code: 'ECONNRESET', errno: -104 }))).toBe('unknown')
    const killed = await caught(
      transaction(async (tx) => {
        const [own] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
        await database.query('SELECT pg_terminate_backend($1)', [own?.pid])
        await tx.$queryRaw`SELECT 1`
      }),
    )
    expect(['busy', 'unknown']).toContain(classifyDatabaseError(killed))
    // The pool goes on with a new connection.
    expect(await db().$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }])
  })
})

describe('values of plain statements', () => {
  it('are the same whether sent alone, together, or in a transaction with models or without', async () => {
    const read = (tx: Tx) =>
      tx.$queryRaw`SELECT 9007199254740993::int8 AS big, 1.5::float8 AS half, '\\x01ff'::bytea AS bytes, NULL AS nothing`
    const values = [{ big: 9007199254740993n, half: 1.5, bytes: Buffer.from([1, 255]), nothing: null }]
    for (let time = 0; time < 3; time++) {
      expect(await read(db())).toEqual(values)
      expect(await together((tx) => read(tx))).toEqual(values)
      expect(await transaction((tx) => read(tx))).toEqual(values)
      const withModels = transaction(async (tx) => {
        await tx.user.count()
        return read(tx)
      })
      expect(await withModels).toEqual(values)
    }
  })
})

describe('statements sent together', () => {
  it('are answered in their order and stored each by itself', async () => {
    const answers = together((tx) =>
      Promise.all([
        put(tx, 'together:first'),
        tx.$queryRaw<{ count: number }[]>`SELECT count(*)::int FROM throttle_counter WHERE key LIKE 'together:%'`,
        put(tx, 'together:second'),
      ]),
    )
    expect(await answers).toEqual([1, [{ count: 1 }], 1])
    const failed = together((tx) =>
      Promise.all([put(tx, 'together:third'), tx.$queryRaw`SELECT 1 / 0`, put(tx, 'together:fourth')]),
    )
    await expect(failed).rejects.toMatchObject({ code: '22012' })
    await expect.poll(() => stored('together:%')).toHaveLength(4)
  })

  it('leave a connection that serves on, also after many failures', async () => {
    for (let times = 0; times < 60; times++)
      await together((tx) => tx.$queryRaw`SELECT 1 / 0`).catch((error) => expect(sqlState(error)).toBe('22012'))
    expect(await together((tx) => tx.$queryRaw`SELECT 1 AS one`)).toEqual([{ one: 1 }])
  })
})

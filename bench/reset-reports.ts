import { defaultMethodsPolicy, defaultPasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { db, disconnect } from '@/lib/platform/db'
import { countImpact } from '@/lib/policy-changes/store'
import { countReasons, countUsage, countWays, findResetEvents } from '@/lib/reports/password-resets-store'
import { countResetStandings } from '@/lib/reports/reset-standing'
import type { Figures } from './figure'
import type { Installation } from './installation'
import { addPeople } from './people'

const people = 100_000
const events = 100_000
const millisecondsMax = 2000

/** What the pages about password reset ask the database, with 100 000 people of whom half have two phones, and as many resets in a month. */
export async function benchResetReports({ owner }: Installation, figures: Figures): Promise<void> {
  await addPeople(owner, people, false)
  const own = `SELECT id FROM "user" WHERE user_principal_name LIKE 'bench-%'`
  await owner.query(`INSERT INTO authentication_method (id, user_id, kind, slot, updated_at)
    SELECT gen_random_uuid(), id, kind, slot, now() FROM (${own}) person
    CROSS JOIN (VALUES ('email', 'email', 3), ('mobilePhone', 'mobile', 2), ('officePhone', 'office', 2)) method (kind, slot, share)
    WHERE get_byte(uuid_send(id), 15) % share = 0`)
  await owner.query(`INSERT INTO phone (method_id, phone_number)
    SELECT m.id, '+44' || (get_byte(uuid_send(m.user_id), 3) * 1000 + CASE WHEN m.kind = 'mobilePhone' THEN 0
      ELSE get_byte(uuid_send(m.user_id), 4) % 2 END)
    FROM authentication_method m WHERE m.kind IN ('mobilePhone', 'officePhone') AND m.user_id IN (${own})
    ON CONFLICT DO NOTHING`)
  await owner.query(`INSERT INTO email (method_id, email_address)
    SELECT m.id, 'private-' || m.user_id || '@example.net' FROM authentication_method m
    WHERE m.kind = 'email' AND m.user_id IN (${own})`)
  await owner.query(
    `INSERT INTO password_reset_event (id, reference, started_at, changed_at, ends_at, user_principal_name, purpose, outcome,
       reason, proven_ways, failed_ways)
     SELECT gen_random_uuid(), 'R' || i, now() - make_interval(secs => i * 25), now(), now(), 'bench', 'reset',
       (ARRAY['open', 'done', 'refused', 'locked'])[1 + i % 4], CASE WHEN i % 2 = 0 THEN 'SSPR_0014' END, ARRAY['sms'], ARRAY['oath']
     FROM generate_series(1, $1::int) i`,
    [events],
  )
  await owner.query('ANALYZE')
  const methods = {
    ...defaultMethodsPolicy,
    methods: {
      ...defaultMethodsPolicy.methods,
      mobilePhone: { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const },
      voice: { ...defaultMethodsPolicy.methods.voice, state: 'enabled' as const, isOfficePhoneAllowed: true },
    },
  }
  const before = { methods, passwordReset: { ...defaultPasswordResetPolicy, enabledFor: 'all' as const } }
  const after = { methods, passwordReset: { ...before.passwordReset, numberOfMethodsRequired: 2 as const } }
  const now = new Date()
  const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['who is able to reset, 100,000 people', () => countResetStandings(db(), after, now)],
    ['a preview of the settings, 100,000 people', () => countImpact(db(), { before, after, asker: null, now })],
    ['usage of a month, 100,000 resets', () => countUsage(db(), 'month', now)],
    ['usage by method', () => countWays(db(), 'month', now)],
    ['reasons', () => countReasons(db(), 'month', now)],
    ['a page of the list', () => findResetEvents(db(), { outcome: 'refused' }, {}, now)],
  ]
  try {
    for (const [name, ask] of asked) figures.lower(name, await medianOf(ask), 'ms', millisecondsMax)
  } finally {
    await disconnect()
  }
}

/** Of five, after one that nobody counts. */
async function medianOf(ask: () => Promise<unknown>): Promise<number> {
  await ask()
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const begun = performance.now()
    await ask()
    times.push(performance.now() - begun)
  }
  return times.toSorted((one, other) => one - other)[2] ?? Number.NaN
}

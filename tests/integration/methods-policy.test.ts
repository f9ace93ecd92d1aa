import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultMethodsPolicy, defaultPasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { defaultRegistrationCampaign } from '@/lib/authentication-methods/registration-policy'
import {
  loadMethodsPolicy,
  loadPasswordResetPolicy,
  readMethodsPolicy,
  saveMethodsPolicy,
  savePasswordResetPolicy,
  saveRegistrationCampaign,
} from '@/lib/authentication-methods/store'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { loadFacts } from '@/lib/sign-in/facts'
import { aUser } from '@/tests/support/builders'
import { forgetSettings, testDatabase } from '@/tests/support/database'

const database = testDatabase()
const at = new Date('2026-11-22T09:00:00Z')
const classic = { ...defaultMethodsPolicy, wizardOrder: 'classic' as const }

describe('the organisation’s decisions about methods', () => {
  it('are the defaults until somebody decides, then what was saved', async () => {
    expect(await loadMethodsPolicy(db())).toEqual(defaultMethodsPolicy)
    expect(await loadPasswordResetPolicy(db())).toEqual(defaultPasswordResetPolicy)
    // Nobody resets a password by one mailbox before somebody wanted that. `40` §1
    expect(defaultPasswordResetPolicy.enabledFor).toBe('none')
    const two = { ...defaultPasswordResetPolicy, numberOfMethodsRequired: 2 as const }
    expect(await transaction((tx) => savePasswordResetPolicy(tx, two, 0, at))).toBe(true)
    expect(await loadPasswordResetPolicy(db())).toEqual(two)
  })

  it('of two administrators who save what they saw at the same time one wins, also the first time', async () => {
    const first = await Promise.all(
      [0, 0, 0].map((version) => transaction((tx) => saveMethodsPolicy(tx, classic, version, at))),
    )
    expect(first.filter(Boolean)).toHaveLength(1)
    const { version, document } = await readMethodsPolicy(db())
    expect({ version, document }).toEqual({ version: 1, document: classic })
    const second = await Promise.all(
      [version, version].map((seen) => transaction((tx) => saveMethodsPolicy(tx, defaultMethodsPolicy, seen, at))),
    )
    expect(second.filter(Boolean)).toHaveLength(1)
    expect(await readMethodsPolicy(db())).toMatchObject({ version: 2, document: { wizardOrder: 'passkeyFirst' } })
  })

  it('are in a person’s facts as they are at that moment: saved, changed past this program, and not what was rolled back', async () => {
    const { id } = await aUser(db())
    const campaignOf = async (tx: Tx = db()) => (await loadFacts(tx, id, 'now'))?.registration.registrationCampaign
    const before = await campaignOf()
    expect(before).toEqual(defaultRegistrationCampaign)
    const saved = { ...defaultRegistrationCampaign, snoozeDurationInDays: 9 }
    await transaction((tx) => saveRegistrationCampaign(tx, saved, 0, at))
    expect(await campaignOf()).toEqual(saved)
    await transaction(async (tx) => {
      await saveRegistrationCampaign(tx, defaultRegistrationCampaign, 1, at)
      expect(await campaignOf(tx)).toEqual(defaultRegistrationCampaign)
      throw new Error('rolled back')
    }).catch(() => undefined)
    expect(await campaignOf()).toEqual(saved)
    await database.query(`UPDATE tenant_policy SET document = jsonb_set(document, '{snoozeDurationInDays}', '3')
      WHERE name = 'registrationCampaign'`)
    expect(await campaignOf()).toEqual({ ...saved, snoozeDurationInDays: 3 })
    await database.query(
      `UPDATE tenant_policy SET document = '{"snoozeDurationInDays":"soon"}' WHERE name = 'registrationCampaign'`,
    )
    await expect(campaignOf()).rejects.toThrow()
    await database.query(`DELETE FROM tenant_policy WHERE name = 'registrationCampaign'`)
    expect(await campaignOf()).toEqual(defaultRegistrationCampaign)
  })

  it('offer nobody text messages while the operator has named no gateway or no country, whatever the document says', async () => {
    const { methods } = defaultMethodsPolicy
    const on = {
      ...defaultMethodsPolicy,
      methods: { ...methods, mobilePhone: { ...methods.mobilePhone, state: 'enabled' } },
    }
    await database.query(
      `INSERT INTO tenant_policy (name, document, modified_at) VALUES ('authenticationMethodsPolicy', $1, now())
       ON CONFLICT (name) DO UPDATE SET document = $1`,
      [JSON.stringify(on)],
    )
    const { id } = await aUser(db())
    const stateFor = async (countries: string) => {
      process.env.SMS_COUNTRIES = countries
      forgetSettings()
      const facts = await loadFacts(db(), id, 'cached')
      expect(facts?.methodsPolicy).toEqual(await loadMethodsPolicy(db()))
      return facts?.methodsPolicy.methods.mobilePhone.state
    }
    expect(await stateFor('GB')).toBe('enabled')
    expect(await stateFor('')).toBe('disabled')
    expect(await stateFor('GB')).toBe('enabled')
  })

  it.each([
    [true, 'default'],
    [false, 'disabled'],
  ])('written when system-preferred was only on or off (%s) are read after the migration', async (wasOn, state) => {
    const { systemCredentialPreferences: _, ...rest } = defaultMethodsPolicy
    const old = JSON.stringify({ ...rest, isSystemPreferredEnabled: wasOn })
    const [kept] = await database.query<{ document: unknown }>(
      "SELECT document FROM tenant_policy WHERE name = 'authenticationMethodsPolicy'",
    )
    await database.query("UPDATE tenant_policy SET document = $1 WHERE name = 'authenticationMethodsPolicy'", [old])
    const migration = readFileSync('prisma/migrations/20261125040000_add_policy_pages/migration.sql', 'utf8')
    await database.query(migration.slice(migration.indexOf('UPDATE "tenant_policy"')))
    expect(await loadMethodsPolicy(db())).toMatchObject({
      ...rest,
      systemCredentialPreferences: { ...defaultMethodsPolicy.systemCredentialPreferences, state },
    })
    await database.query("UPDATE tenant_policy SET document = $1 WHERE name = 'authenticationMethodsPolicy'", [
      JSON.stringify(kept?.document),
    ])
  })

  it('are never guessed: a stored document that does not fit stops the decision', async () => {
    await database.query(
      `update tenant_policy set document = '{"methods":{}}' where name = 'authenticationMethodsPolicy'`,
    )
    await expect(loadMethodsPolicy(db())).rejects.toThrow()
  })
})

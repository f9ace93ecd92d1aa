import { readFileSync } from 'node:fs'
import { Attribute, Change } from 'ldapts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PostOffice, startPostOffice } from '@/demo/post-office'
import { keptAWayIn } from '@/lib/conditional-access/commands/guard'
import { connectorSettingsSchema } from '@/lib/directory/connector/model'
import { synchronise } from '@/lib/directory/sync/run'
import { findRun } from '@/lib/directory/sync/run-store'
import { startOutboxSender } from '@/lib/jobs/outbox-sender'
import type { Job } from '@/lib/jobs/repeat'
import { chooseMailLanguage, mailLanguagesOf } from '@/lib/notifications/language'
import { wakeOutbox } from '@/lib/notifications/outbox'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { updateMailBranding } from '@/lib/policy-changes/mail'
import { anAsking, aProof } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { aConnector, asSlapdManager, slapdSettings } from '@/tests/support/connectors'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, startSlapd } from '@/tests/support/slapd'

/** In which language somebody is written to whose account lives in a directory. */

const database = testDatabase()
const german = 'Ihrem Konto wurde eine Anmeldemethode hinzugefügt'
const english = 'A sign-in method was added to your account'

describe.skipIf(!hasSlapd)('mails to people of a real OpenLDAP', () => {
  let slapd: Slapd
  let post: PostOffice
  let id: string
  const running: Job[] = []

  beforeAll(async () => {
    post = await startPostOffice()
    process.env.SMTP_URL = post.smtpUrl
    forgetSettings()
    const said = { ana: 'de', ben: 'fr;q=0.2, de-AT', cia: 'fr', dan: "German';--", eva: 'en', fay: 'de' }
    const people = Object.entries(said).map(([name, preferredLanguage]) => slapdPerson(name, { preferredLanguage }))
    slapd = await startSlapd([...people, slapdPerson('gus')].join(''))
    id = await aConnector('Harbor LDAP', slapdSettings(slapd))
    expect(await sync()).toMatchObject({ state: 'done', created: 7, issues: 0 })
  })
  beforeEach(async () => {
    await database.query("DELETE FROM tenant_policy WHERE name LIKE 'mail%'")
    post.clear()
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((job) => job.stop()))
  })
  afterAll(async () => {
    await slapd?.stop()
    await post?.stop()
  })

  async function sync() {
    const runId = await synchronise(id, keptAWayIn)
    if (runId === null) throw new Error('a run was under way')
    return findRun(db(), runId)
  }
  const rowOf = async (name: string) => {
    const [row] = await database.query<{ id: string; language: string | null }>(
      'SELECT id, directory_language AS language FROM "user" WHERE user_principal_name = $1',
      [`${name}@harbor.example`],
    )
    if (!row) throw new Error(`${name} is not there`)
    return row
  }
  const says = (name: string, values: readonly string[]) =>
    asSlapdManager(slapd, (client) => {
      const modification = new Attribute({ type: 'preferredLanguage', values: [...values] })
      return client.modify(`cn=${name},ou=people,${slapdBase}`, new Change({ operation: 'replace', modification }))
    })
  /** The subject of a mail that tells this person of a new method. */
  async function subjectOfMailTo(name: string): Promise<string> {
    const { id: userId } = await rowOf(name)
    post.clear()
    const values = { at: '2026-11-22T09:00:00.000Z', method: 'Authenticator app' }
    await transaction((tx) => notifySecurityEvent(tx, { userId, template: 'methodAdded', values }))
    if (running.length === 0) running.push(startOutboxSender(undefined, 3600))
    wakeOutbox()
    const { subject } = await post.waitFor(({ to }) => to.includes(`${name}@harbor.example`))
    return subject
  }
  const choose = async (name: string, language: 'en' | 'de' | null) => {
    const { id: userId } = await rowOf(name)
    await chooseMailLanguage({ ...(await anAsking(userId)), at: now() }, userId, language)
  }

  it.each([
    ['ana', 'de', german],
    ['ben', 'de-at', german],
    ['cia', 'fr', english],
    ['dan', null, english],
    ['eva', 'en', english],
    ['gus', null, english],
  ])('%s, of whom it keeps %s, gets “%s”', async (name, language, subject) => {
    expect((await rowOf(name)).language).toBe(language)
    expect(await subjectOfMailTo(name)).toBe(subject)
  })

  it('are in the language that somebody chose, whatever their directory says, until they choose none', async () => {
    await choose('fay', 'en')
    const { id: fay } = await rowOf('fay')
    expect(await mailLanguagesOf(db(), fay)).toEqual({ chosen: 'en', ofDirectory: 'de' })
    expect(await subjectOfMailTo('fay')).toBe(english)
    // A run has no say in what somebody chose.
    await says('fay', ['de-CH'])
    expect(await sync()).toMatchObject({ state: 'done', updated: 1 })
    expect(await subjectOfMailTo('fay')).toBe(english)
    await choose('fay', null)
    expect(await subjectOfMailTo('fay')).toBe(german)
  })

  it('are in the organisation’s language only where the directory names none that is written', async () => {
    const administrator = await aUser(db(), { roles: ['authenticationPolicyAdministrator'] })
    const proofs = [aProof('password'), aProof('softwareOath')]
    const asking = { ...(await anAsking(administrator.id, { proofs })), at: now() }
    const branding = { accent: '#7a1f5c', supportContact: '', footer: '', language: 'de' } as const
    expect(await updateMailBranding(asking, branding, 0)).toMatchObject({ ok: true })
    expect(await subjectOfMailTo('gus')).toBe(german)
    expect(await subjectOfMailTo('cia')).toBe(german)
    expect(await subjectOfMailTo('eva')).toBe(english)
  })

  it('follow a change there, and its end', async () => {
    await says('gus', ['de'])
    expect(await sync()).toMatchObject({ state: 'done', updated: 1 })
    expect(await subjectOfMailTo('gus')).toBe(german)
    expect(await sync()).toMatchObject({ state: 'done', updated: 0 })
    await says('gus', [])
    expect(await sync()).toMatchObject({ state: 'done', updated: 1 })
    expect(await rowOf('gus')).toMatchObject({ language: null })
    expect(await subjectOfMailTo('gus')).toBe(english)
  })

  it('are right after the migration for people who were brought before it and are not touched there', async () => {
    // As the rows were: settings and facts said nothing of languages.
    await database.query('UPDATE "user" SET directory_language = NULL')
    await database.query(
      `UPDATE directory_entry SET facts = facts - 'language', facts_hash = sha256(entry_id::bytea),
         applied_hash = sha256(entry_id::bytea)`,
    )
    await database.query(`UPDATE directory_connector SET settings = settings #- '{attributeMap,preferredLanguage}'`)
    const migration = readFileSync('prisma/migrations/20261129190000_add_directory_language/migration.sql', 'utf8')
    for (const statement of migration.slice(migration.indexOf('UPDATE "directory_entry"')).split(';'))
      if (statement.trim() !== '') await database.query(statement)
    expect(await sync()).toMatchObject({ state: 'done', updated: 5, created: 0, disabled: 0, issues: 0 })
    expect(await rowOf('ana')).toMatchObject({ language: 'de' })
    expect(await subjectOfMailTo('ana')).toBe(german)
    expect(await sync()).toMatchObject({ state: 'done', updated: 0 })
  })

  it('are read from another attribute where the settings name one; a file need not name any', async () => {
    const settings = slapdSettings(slapd)
    const { preferredLanguage: _, ...attributeMap } = settings.attributeMap
    expect(connectorSettingsSchema.parse({ ...settings, attributeMap })).toEqual(settings)
    const other = { ...settings, attributeMap: { ...attributeMap, preferredLanguage: 'departmentNumber' } }
    await db().directoryConnector.update({ where: { id }, data: { settings: other, version: { increment: 1 } } })
    expect(await sync()).toMatchObject({ state: 'done', updated: 5 })
    expect(await rowOf('ana')).toMatchObject({ language: null })
  })
})

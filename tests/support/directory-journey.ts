import '@/tests/support/environment'
import { randomBytes, randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { ConnectorSettings } from '@/lib/directory/connector/model'
import { seal } from '@/lib/platform/seal'
import { expect, type World } from './e2e'
import { castCode, forgetLimits, giveBackPassword, type Person } from './journey'
import type { Relay } from './relay'

/** People of the demonstration move into a directory for a journey, and back; and what every journey of a reset does. */

/** A real directory that holds accounts of the demonstration's people, with a relay before it. */
export type DirectoryOfJourney = {
  readonly relay: Relay
  readonly settings: ConnectorSettings
  readonly kind: 'ldap' | 'activeDirectory'
  readonly servicePassword: string
  readonly distinguishedNameOf: (name: string) => string
  /** The account's id there, as it is kept here. */
  entryIdOf(name: string): Promise<string>
  /** What somebody who looks after the directory does: a password that is an ordinary one, and no lock. */
  setPassword(name: string, password: string): Promise<void>
  /** Marks the password as one that has to be replaced. */
  expire(name: string): Promise<void>
  isLocked(name: string): Promise<boolean>
  /** Whether the directory lets the person in with it, or would if it were not to be replaced. */
  takes(name: string, password: string): Promise<boolean>
  stop(): Promise<void>
}

/** Passwords that fit the rules here and, set by whoever changes them, those of the directories. */
export const passwords = {
  first: 'Gulls-On-Bollard-1',
  second: 'Fog-Over-The-Crane-2',
  third: 'Three-Ropes-One-Quay-3',
} as const

/** Tells the product a directory, and that these people live there. Answers its name. */
export async function moveIn(world: World, directory: DirectoryOfJourney, people: readonly Person[]): Promise<string> {
  const id = randomUUID()
  const name = `Harbour office ${randomBytes(3).toString('hex')}`
  const sealed = seal(directory.servicePassword, {
    ...{ table: 'directory_connector', column: 'bind_password_sealed', rowId: id, ownerId: '' },
  })
  await world.rows(
    `INSERT INTO directory_connector (id, name, kind, settings, bind_password_sealed) VALUES ($1, $2, $3, $4, $5)`,
    [id, name, directory.kind, JSON.stringify(directory.settings), sealed],
  )
  // Synchronised a moment ago: nothing is taken over while a journey is under way.
  await world.rows(
    `INSERT INTO directory_sync_run (id, connector_id, state, trigger, started_at, ended_at)
     VALUES ($1, $2, 'done', 'schedule', now(), now())`,
    [randomUUID(), id],
  )
  for (const person of people) {
    const account = accountOf(person)
    await directory.setPassword(account, passwords.first)
    await world.rows(
      `UPDATE "user" SET directory_connector_id = $2, directory_entry_id = $3, distinguished_name = $4
       WHERE user_principal_name = $1`,
      [person.userPrincipalName, id, await directory.entryIdOf(account), directory.distinguishedNameOf(account)],
    )
  }
  return name
}

/** They are local again, with the password of the demonstration, and no directory is left. */
export async function moveOut(world: World, people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await world.rows(
      `UPDATE "user" SET directory_connector_id = NULL, directory_entry_id = NULL, distinguished_name = NULL
       WHERE user_principal_name = $1`,
      [person.userPrincipalName],
    )
    await giveBackPassword(world, person)
  }
  await world.rows(`DELETE FROM directory_connector WHERE name LIKE 'Harbour office %'`)
  await world.rows('DELETE FROM password_reset')
  await world.rows('DELETE FROM directory_password_write')
}

export function accountOf({ userPrincipalName }: Person): string {
  return userPrincipalName.split('@')[0] ?? ''
}

/** What a document of `tenant_policy` says before a journey, to put it back afterwards. */
export async function resetPolicy(world: World): Promise<object> {
  const [row] = await world.rows<{ document: object }>(
    `SELECT document FROM tenant_policy WHERE name = 'passwordResetPolicy'`,
  )
  if (!row) throw new Error('there is no policy for resets')
  return row.document
}

export async function decideReset(world: World, document: object): Promise<void> {
  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = 'passwordResetPolicy'`, [
    JSON.stringify(document),
  ])
}

/** No limit of an earlier journey, or of a first try, stands in the way. */
export async function beginAnew(world: World): Promise<void> {
  await forgetLimits(world)
  await world.rows('DELETE FROM password_reset_throttle')
  await world.rows('DELETE FROM password_reset')
}

/** From the first page of a reset to its first gate, or to the choice where unlocking is offered. */
export async function identify(page: Page, person: Person): Promise<void> {
  await page.goto('/password-reset')
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByRole('button', { name: 'Continue' }).click()
}

export async function proveByApp(page: Page, person: Person): Promise<void> {
  await page.getByRole('link', { name: /Code from an app or a token/ }).click()
  await page.getByLabel('Code from your app or token').fill(castCode(person))
  await page.getByRole('button', { name: 'Check the code' }).click()
}

export async function proveByMail(page: Page, world: World, person: Person): Promise<void> {
  const [row] = await world.rows<{ address: string }>(
    `SELECT email_address AS address FROM email JOIN authentication_method m ON m.id = method_id
     JOIN "user" u ON u.id = m.user_id WHERE u.user_principal_name = $1`,
    [person.userPrincipalName],
  )
  if (!row) throw new Error(`${person.userPrincipalName} has no email method`)
  const since = new Date()
  await page.getByRole('link', { name: /Code by email/ }).click()
  await page.getByRole('button', { name: 'Email me a code' }).click()
  await page.getByLabel('Code', { exact: true }).fill(await world.code(row.address, since))
  await page.getByRole('button', { name: 'Check the code' }).click()
}

export async function chooseNew(page: Page, password: string): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Set the new password' }).click()
}

/** Signs in with a password of the directory and the code of the app, as far as the password's own pages. */
export async function signInThere(page: Page, person: Person, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('Code from your authenticator app').fill(castCode(person))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).not.toHaveURL(/\/sign-in\/verify/)
}

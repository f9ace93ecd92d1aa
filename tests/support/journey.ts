import { randomBytes, randomUUID } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import type { CDPSession, Page } from '@playwright/test'
import { generateSync } from 'otplib'
import { demoAuthenticatorSecrets, demoPassword } from '@/prisma/cast'
import { addresses, expect, type World } from './e2e'

/** What the journeys have in common: people, signing in, codes, authenticators, and a look at accessibility. */

export type Person = { readonly userPrincipalName: string; readonly displayName: string; readonly password: string }

/** A person with a password and nothing else, in the group Staff; each journey has its own, so none waits for another. */
export async function aNewJoiner(world: World, name: string): Promise<Person> {
  const userPrincipalName = `${name}.${randomBytes(3).toString('hex')}@harbor.example`
  const displayName = `${name.charAt(0).toUpperCase()}${name.slice(1)} Journey`
  const id = randomUUID()
  await world.rows(
    `INSERT INTO "user" (id, user_principal_name, display_name, user_handle, password_hash, password_changed_at, updated_at)
     SELECT $1, $2, $3, $4, password_hash, now(), now() FROM "user" WHERE user_principal_name = 'ana@harbor.example'`,
    [id, userPrincipalName, displayName, randomBytes(64)],
  )
  await world.rows(
    `INSERT INTO group_member (group_id, user_id) SELECT id, $1 FROM "group" WHERE display_name = 'Staff'`,
    [id],
  )
  return { userPrincipalName, displayName, password: demoPassword }
}

/** One of the demo people, by the first part of the login name. */
export function castPerson(name: string): Person {
  return { userPrincipalName: `${name}@harbor.example`, displayName: name, password: demoPassword }
}

/** Requests of this page come from `address` from now on. */
export async function from(page: Page, address: string): Promise<void> {
  await page.context().setExtraHTTPHeaders({ 'X-Forwarded-For': address })
}

/** Types name and password; where that leads is the journey's to say. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies()
  await page.goto('/sign-in')
}

/** The code an authenticator app shows for this secret, now by the product's clock. */
export function appCode(secret: string, aheadSeconds = 0): string {
  const epoch = Math.floor(Date.now() / 1000) + aheadSeconds
  return generateSync({ secret: secret.replace(/\s/g, ''), epoch })
}

/** The code of a demo administrator's authenticator app. */
export function castCode(person: Person, aheadSeconds = 0): string {
  const known = demoAuthenticatorSecrets.find(({ userPrincipalName }) => userPrincipalName === person.userPrincipalName)
  if (!known) throw new Error(`${person.userPrincipalName} has no authenticator app in the demo`)
  return appCode(known.secret, aheadSeconds)
}

/** Forgets throttles and the last accepted steps, so that journeys in one half-minute do not meet each other's limits. */
export async function forgetLimits(world: World): Promise<void> {
  await world.rows('DELETE FROM throttle_counter')
  await world.rows('UPDATE software_oath SET last_step = 0')
}

/** The first registration, with an authenticator app alone, from the sign-in page on; answers its secret. */
export async function registerApp(page: Page, person: Person, aheadSeconds = 0): Promise<string> {
  await signIn(page, person)
  await page.getByRole('link', { name: 'Next' }).click()
  return finishWithApp(page, aheadSeconds)
}

/** From the wizard's first step to the end of signing in, with an app in place of what the step proposes. */
export async function finishWithApp(page: Page, aheadSeconds = 0): Promise<string> {
  await page.getByRole('link', { name: 'I want to set up a different method' }).click()
  await page.getByRole('link', { name: /^Authenticator app/ }).click()
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  await page.getByText('Can’t scan it? Use a setup key').click()
  const secret = await page.getByText(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()
  await page.getByLabel('Code from your app').fill(appCode(secret, aheadSeconds))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  return secret
}

/** From the page that asks for name and password past the one that asks for a code. */
export async function enter(page: Page, world: World, person: Person, secret: string, aheadSeconds = 0): Promise<void> {
  await forgetLimits(world)
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('Code from your authenticator app').fill(appCode(secret, aheadSeconds))
  await page.getByRole('button', { name: 'Confirm' }).click()
}

/** Signs the Global Administrator in, from the office, with password and app. */
export async function enterAdministration(page: Page, world: World): Promise<void> {
  const ada = castPerson('ada')
  await forgetLimits(world)
  await from(page, addresses.trusted)
  await signIn(page, ada)
  await page.getByLabel('Code from your authenticator app').fill(castCode(ada))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await page.goto('/admin')
}

/** A new group with these people in it; answers its name. */
export async function aGroupOf(world: World, name: string, ...people: readonly Person[]): Promise<string> {
  const group = `${name} ${randomUUID().slice(0, 8)}`
  await world.rows(`INSERT INTO "group" (id, display_name) VALUES (gen_random_uuid(), $1)`, [group])
  for (const { userPrincipalName } of people)
    await world.rows(
      `INSERT INTO group_member (group_id, user_id) SELECT g.id, u.id FROM "group" g, "user" u
       WHERE g.display_name = $1 AND u.user_principal_name = $2`,
      [group, userPrincipalName],
    )
  return group
}

export type Authenticator = { readonly cdp: CDPSession; readonly authenticatorId: string }

/** A platform authenticator inside the browser: discoverable, verifying its user, answering by itself. */
export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

/** No violation of WCAG 2.2 A and AA, and no sideways scrolling, on a phone and on a desk. Ends at the width it began with. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = page.viewportSize()
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    // In that page alone: a second one just to add up the frames takes as long as the rest, and the only frames are mails, which
    // have tests of their own and no scripts.
    const { violations } = await new AxeBuilder({ page })
      .options({ iframes: false })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .setLegacyMode()
      .analyze()
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
    expect(found, `${page.url()} at ${width} px`).toEqual([])
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, `${page.url()} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0)
  }
  if (before) await page.setViewportSize(before)
}

/** Gives one of the demo people the demo password again, whatever a journey made of it. */
export async function giveBackPassword(world: World, person: Person): Promise<void> {
  await world.rows(
    `UPDATE "user" SET temporary_password_ends_at = NULL,
       password_hash = (SELECT password_hash FROM "user" WHERE user_principal_name = 'ana@harbor.example')
     WHERE user_principal_name = $1`,
    [person.userPrincipalName],
  )
}

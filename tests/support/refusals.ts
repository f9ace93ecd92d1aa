import type { Browser, Page } from '@playwright/test'
import { test as base, expect, type World } from './e2e'
import { type Authenticator, addAuthenticator, aNewJoiner, appCode, forgetLimits, type Person, signIn } from './journey'

/** What the journeys through refusals share: a browser under watch, a newcomer in the wizard, rows and the audit log. */

type Watched = {
  /** Another browser of the same or another person, under the same watch. */
  anotherBrowser(): Promise<Page>
}

/** The journeys' `test`, where no answer of the whole run may be the server's own fault, and limits begin anew. */
export const test = base.extend<Watched & { watch: undefined }>({
  anotherBrowser: async ({ browser }, use) => {
    const opened: Awaited<ReturnType<Browser['newContext']>>[] = []
    const faults: string[] = []
    await use(async () => {
      const context = await browser.newContext({
        baseURL: process.env.E2E_ORIGIN,
        extraHTTPHeaders: { 'X-Forwarded-For': '198.51.100.23' },
        locale: 'en-GB',
      })
      context.on('response', (response) => noteFault(faults, response))
      opened.push(context)
      return context.newPage()
    })
    for (const context of opened) await context.close()
    expect(faults, 'answers that are the server’s own fault').toEqual([])
  },
  watch: [
    async ({ context, world }, use) => {
      const faults: string[] = []
      context.on('response', (response) => noteFault(faults, response))
      world.turnClock(0)
      await forgetLimits(world)
      await use(undefined)
      expect(faults, 'answers that are the server’s own fault').toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

function noteFault(faults: string[], response: { status(): number; url(): string }): void {
  if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`)
}

export type Newcomer = Person & { readonly id: string }

/** A newcomer with a password alone, signed in and in front of the wizard's first page. */
export async function aNewcomerInTheWizard(page: Page, world: World, name: string): Promise<Newcomer> {
  const person = await aNewJoiner(world, name)
  await signIn(page, person)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keep your account secure')
  const [row] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
    person.userPrincipalName,
  ])
  return { ...person, id: row?.id ?? '' }
}

/** From the wizard's first page to the form of a method that may stand in for the first step. */
export async function chooseStep(page: Page, method: RegExp): Promise<void> {
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('link', { name: 'I want to set up a different method' }).click()
  await page.getByRole('link', { name: method }).click()
}

/** From the wizard's first page through a passkey to the form of the email address. */
export async function toEmailStep(page: Page): Promise<Authenticator> {
  const authenticator = await addAuthenticator(page)
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByLabel('Name of this passkey').fill('My laptop')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add an email address')
  return authenticator
}

/** Opens the setup key that stands under the QR code, and reads it. */
export async function setupKey(page: Page): Promise<string> {
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
  const key = page.getByText(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
  if (!(await key.isVisible())) await page.getByText('Can’t scan it? Use a setup key').click()
  return key.innerText()
}

/** From the app's first page to a method that is stored; answers its secret. */
export async function setUpApp(page: Page, aheadSeconds = 0): Promise<string> {
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  await page.getByLabel('Code from your app').fill(appCode(secret, aheadSeconds))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You’re all set')
  return secret
}

/** The sentence stands in a summary that has the focus. */
export async function expectRefusal(page: Page, sentence: string | RegExp): Promise<void> {
  const summary = page.getByRole('alert').filter({ hasText: sentence })
  await expect(summary).toBeVisible()
  await expect(summary).toBeFocused()
}

/** The kinds of methods that are stored for this person. */
export async function storedKinds(world: World, person: Newcomer): Promise<string[]> {
  const rows = await world.rows<{ kind: string }>(
    'SELECT kind FROM authentication_method WHERE user_id = $1 ORDER BY created_at, id',
    [person.id],
  )
  return rows.map(({ kind }) => kind)
}

/** What the audit log says about this person, oldest first: `activity outcome reason`. */
export async function auditLines(world: World, person: Newcomer): Promise<string[]> {
  const rows = await world.rows<{ activity: string; outcome: string; reason: string | null }>(
    'SELECT activity, outcome, reason FROM audit_event WHERE target_id = $1 ORDER BY id',
    [person.id],
  )
  return rows.map(({ activity, outcome, reason }) => [activity, outcome, reason].filter(Boolean).join(' '))
}

/** Ends the session of this person from outside, as a revocation or the end of its time does. */
export async function endSessions(world: World, person: Newcomer): Promise<void> {
  await world.rows('DELETE FROM session WHERE user_id = $1', [person.id])
}

import type { Browser, Page } from '@playwright/test'
import { expect, test } from '../support/e2e'
import { aNewJoiner, appCode, expectAccessible, signIn } from '../support/journey'

/** The wizard where scripts are switched off: an authenticator app, then email. */

const twoMethods = (count: number) =>
  `UPDATE tenant_policy SET document = jsonb_set(document, '{numberOfMethodsRequired}', '${count}')
   WHERE name = 'passwordResetPolicy'`

test('without scripts, an authenticator app and email are registered', async ({ page, browser, world }) => {
  const person = await aNewJoiner(world, 'petra')
  await world.rows(twoMethods(2))
  try {
    await page.goto('/sign-in')
    await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeHidden()
    await signIn(page, person)
    await expect(page.getByRole('heading', { level: 1, name: 'Keep your account secure' })).toBeVisible()
    await lookWithScripts(browser, page)
    await page.getByRole('link', { name: 'Next' }).click()

    // A passkey needs scripts: the page says so and leads on.
    await expect(page.getByRole('button', { name: 'Create a passkey' })).toBeHidden()
    await expect(page.getByText('Passkeys need scripts')).toBeVisible()
    await page.getByRole('link', { name: 'Choose a different method' }).click()
    await page.getByRole('link', { name: /^Authenticator app/ }).click()
    await page.getByRole('button', { name: 'Show the code to scan' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Scan the code with your app' })).toBeVisible()
    await page.getByText('Can’t scan it? Use a setup key').click()
    await lookWithScripts(browser, page)
    const secret = await page.getByText(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()
    await page.getByLabel('Code from your app').fill('12')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Please check this' })).toBeVisible()
    await page.getByLabel('Code from your app').fill(appCode(secret))
    await page.getByRole('button', { name: 'Confirm' }).click()

    await expect(page.getByText('Your authenticator app is set up.')).toBeVisible()
    const mailbox = `${person.userPrincipalName.split('@')[0]}@example.com`
    const since = new Date()
    await page.getByLabel('Your email address').fill(mailbox)
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Enter the code we sent you' })).toBeVisible()
    await expect(page.getByText('Then reload this page, and a button for a new code appears.')).toBeVisible()
    await lookWithScripts(browser, page)
    // Changing the address and coming back loses nothing.
    await page.getByRole('link', { name: 'Change address' }).click()
    await expect(page.getByLabel('Your email address')).toBeVisible()
    await page.goBack()
    await page.getByLabel('Code', { exact: true }).fill(await world.code(mailbox, since))
    await page.getByRole('button', { name: 'Confirm' }).click()

    await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
    await lookWithScripts(browser, page)
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  } finally {
    await world.rows(twoMethods(1))
  }
})

/** axe needs scripts: the same page, seen by the same person in a browser that has them. */
async function lookWithScripts(browser: Browser, page: Page): Promise<void> {
  const context = await browser.newContext({
    javaScriptEnabled: true,
    storageState: await page.context().storageState(),
    extraHTTPHeaders: { 'X-Forwarded-For': '198.51.100.23' },
  })
  const eyes = await context.newPage()
  await eyes.goto(page.url())
  await expectAccessible(eyes)
  await context.close()
}

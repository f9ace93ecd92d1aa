import type { Page } from '@playwright/test'
import { expect, test, type World } from '@/tests/support/e2e'
import { castCode, castPerson, expectAccessible, forgetLimits, from, giveBackPassword } from '@/tests/support/journey'

/** Getting back in: two proofs, an administrator's two, only the end of a lock, and somebody who guesses. */

const ben = castPerson('ben')
const hugo = castPerson('hugo')
const better = 'fog rolls over the crane'

let stored: unknown
test.beforeEach(async ({ world }) => {
  const [row] = await world.rows<{ document: unknown }>(
    `SELECT document FROM tenant_policy WHERE name = 'passwordResetPolicy'`,
  )
  stored = row?.document
  await forgetLimits(world)
  await world.rows('DELETE FROM password_reset_throttle')
  // Another journey may have changed an address a moment ago, and what is young counts for nothing beside what is older.
  await world.rows(
    `UPDATE authentication_method SET created_at = created_at - interval '2 days' WHERE created_at > now() - interval '1 day'`,
  )
})
test.afterEach(async ({ world }) => {
  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = 'passwordResetPolicy'`, [
    JSON.stringify(stored),
  ])
  for (const person of [ben, hugo]) await giveBackPassword(world, person)
})

async function decide(world: World, change: object): Promise<void> {
  const document = { ...(stored as object), ...change }
  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = 'passwordResetPolicy'`, [
    JSON.stringify(document),
  ])
}
const settings = {
  ...{ isUnlockAllowed: false, isLockoutEndedByUnlock: false, isPasskeyAccepted: false, isWritebackAllowed: true },
  ...{ refusalDetail: 'uniform', isPersonNotified: true, areAdministratorsNotified: true, helpdesk: null },
}

async function addressOf(world: World, name: string): Promise<string> {
  const [row] = await world.rows<{ address: string }>(
    `SELECT email_address AS address FROM email JOIN authentication_method m ON m.id = method_id
     JOIN "user" u ON u.id = m.user_id WHERE u.user_principal_name = $1`,
    [name],
  )
  if (!row) throw new Error(`${name} has no email method`)
  return row.address
}

async function identify(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: /Forgot your password/ }).click()
  await page.getByLabel('User name').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function proveByMail(page: Page, world: World, name: string): Promise<void> {
  const since = new Date()
  await page.getByRole('link', { name: /Code by email/ }).click()
  await page.getByRole('button', { name: 'Email me a code' }).click()
  // The button is gone: what took its place has the focus, and says what happened.
  await expect(page.locator('section:focus')).toContainText(/on its way|Sent to/)
  await expect(page.getByLabel('Code', { exact: true })).toBeVisible()
  await page.getByLabel('Code', { exact: true }).fill(await world.code(await addressOf(world, name), since))
  await page.getByRole('button', { name: 'Check the code' }).click()
}

async function proveByApp(page: Page, code: string): Promise<void> {
  await page.getByRole('link', { name: /Code from an app or a token/ }).click()
  await page.getByLabel('Code from your app or token').fill(code)
  await page.getByRole('button', { name: 'Check the code' }).click()
}

async function setPassword(page: Page): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(better)
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
}

test('two proofs that are independent, then a new password; the second tab and the back button lead on', async ({
  page,
  world,
}) => {
  await from(page, '198.51.100.61')
  await decide(world, { numberOfMethodsRequired: 2 })
  await page.goto('/password-reset')
  await expectAccessible(page)
  await identify(page, ben.userPrincipalName)
  await expect(page.getByRole('heading', { level: 1, name: 'Prove it’s you' })).toBeVisible()
  // Nothing here is about Ben: no address, no number.
  await expect(page.getByText('•••')).toHaveCount(0)
  await expectAccessible(page)

  await page.getByRole('link', { name: /Code by email/ }).click()
  await expectAccessible(page)
  await page.goBack()
  await proveByMail(page, world, ben.userPrincipalName)
  await expect(page.getByRole('heading', { level: 1, name: 'One more proof' })).toBeVisible()
  await expectAccessible(page)
  await expect(page.getByRole('link', { name: /Code by email/ })).toHaveCount(0)

  const second = await page.context().newPage()
  await second.goto('/password-reset/new-password')
  await expect(second).toHaveURL(/\/password-reset\/verify$/)
  await second.close()

  await proveByApp(page, '000000')
  await expect(page.getByRole('alert').first()).toContainText('That code isn’t right for this account')
  await page.getByLabel('Code from your app or token').fill(castCode(ben))
  await page.getByRole('button', { name: 'Check the code' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Choose a new password' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('New password', { exact: true }).fill('Harbor1')
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(page.getByRole('alert').first()).toContainText('contains the name of your organisation')
  const since = new Date()
  await setPassword(page)
  await expectAccessible(page)
  const told = await world.message(await addressOf(world, ben.userPrincipalName), since)
  expect(told.text).toContain('was reset by somebody who proved to be you')

  await page.goto('/password-reset/new-password')
  await expect(page).toHaveURL(/\/password-reset\/done$/)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('User name').fill(ben.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(better)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).not.toHaveURL(/\/sign-in$/)
})

test('an administrator needs two proofs where others need one', async ({ page, world }) => {
  await from(page, '198.51.100.62')
  await decide(world, { numberOfMethodsRequired: 1 })
  await identify(page, hugo.userPrincipalName)
  await proveByApp(page, castCode(hugo))
  await expect(page.getByRole('heading', { level: 1, name: 'One more proof' })).toBeVisible()
  await expect(page.getByText('Not possible now')).toHaveCount(0)
  await proveByMail(page, world, hugo.userPrincipalName)
  await setPassword(page)
})

test('whoever knows the password only ends the lock', async ({ page, world }) => {
  await from(page, '198.51.100.63')
  await decide(world, {
    numberOfMethodsRequired: 1,
    selfService: { ...settings, isUnlockAllowed: true, isLockoutEndedByUnlock: true },
  })
  for (let tries = 0; tries < 11; tries++) {
    await page.goto('/sign-in')
    await page.getByLabel('User name').fill(ben.userPrincipalName)
    await page.getByLabel('Password', { exact: true }).fill(`wrong ${tries}`)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('alert').first()).toBeVisible()
  }
  await expect(page.getByRole('alert').first()).toContainText('Sign-in is paused')
  await identify(page, ben.userPrincipalName)
  await page.getByRole('radio', { name: /^I know my password/ }).check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await proveByApp(page, castCode(ben))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Unlock my account' }).click()
  await expect(page.getByRole('heading', { name: 'Your account is unlocked' })).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('User name').fill(ben.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(ben.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/verify|security-info/)
})

test('whoever guesses is stopped for a day, for a name that nobody has too, and may ask for help', async ({ page }) => {
  await from(page, '198.51.100.64')
  await identify(page, 'nobody.at.all@harbor.example')
  await page.getByRole('link', { name: /Code from an app or a token/ }).click()
  for (let tries = 0; tries < 6; tries++) {
    await page.getByLabel('Code from your app or token').fill(`10000${tries}`)
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Check the code' }).click()
    await answered
    // A refused code is cleared away: only then the next one is typed.
    if (tries < 5) await expect(page.getByLabel('Code from your app or token')).toHaveValue('')
  }
  await expect(page.getByRole('heading', { level: 1, name: 'Too many tries' })).toBeVisible()
  await expect(page.getByText('24 hours')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Contact your administrator' }).first().click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Ask for help' }).click()
  await expect(page.getByText('If this account exists, somebody has been told, unless')).toBeVisible()
  await page.getByRole('link', { name: 'Back to where you were' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Too many tries' })).toBeVisible()
})

import type { Page } from '@playwright/test'
import { expect, test, type World } from '@/tests/support/e2e'
import {
  addAuthenticator,
  appCode,
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  signIn,
} from '@/tests/support/journey'

/** Journey 6: everything on the Security info page, and the fresh proof it asks for when the last one is too old. */

const ben = castPerson('ben')
/** How far the product's clock is ahead; each journey begins where the one before ended, so that codes stay fresh. */
let ahead = 0

test.beforeEach(async ({ world }) => {
  await forgetLimits(world)
  ahead = 0
  world.turnClock(0)
})

/** Signs Ben in with password and app, up to his list. */
async function openList(page: Page): Promise<void> {
  await signIn(page, ben)
  await confirmWithApp(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
}

async function confirmWithApp(page: Page): Promise<void> {
  await page.getByLabel('Code from your authenticator app').fill(castCode(ben, ahead))
  await page.getByRole('button', { name: 'Confirm' }).click()
}

/** Adds an authenticator app by its setup key; ends on the list. */
async function addApp(page: Page, name: string): Promise<string> {
  await page.goto('/security-info/add')
  await page.getByRole('link', { name: /^Authenticator app/ }).click()
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  await page.getByText('Can’t scan it? Use a setup key').click()
  const secret = await page
    .locator('code')
    .filter({ hasText: /^[A-Z2-7 ]{20,}$/ })
    .innerText()
  await page.getByLabel('Code from your app').fill(appCode(secret, ahead))
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Your authenticator app is set up.')).toBeVisible()
  return secret
}

function row(page: Page, name: string) {
  return page
    .getByRole('list', { name: 'Your sign-in methods' })
    .getByRole('listitem')
    .filter({ hasText: name })
    .first()
}

async function eventsOf(world: World, activity: string): Promise<string[]> {
  const rows = await world.rows<{ outcome: string }>(
    `SELECT outcome FROM audit_event JOIN "user" ON "user".id::text = target_id
     WHERE user_principal_name = $1 AND activity = $2 ORDER BY audit_event.id`,
    [ben.userPrincipalName, activity],
  )
  return rows.map(({ outcome }) => outcome)
}

test('the list says what is there, and every page below it can be used by everybody', async ({ page }) => {
  await openList(page)
  await expect(page.getByText('You’re well set up')).toBeVisible()
  await expect(page.getByText('You can reset your password yourself.')).toBeVisible()
  await expect(row(page, 'Email')).toContainText('be•••@mail.example')
  await expectAccessible(page)
  const email = row(page, 'Email')
  const targets = [
    '/security-info/add',
    '/security-info/add/passkey',
    '/security-info/add/authenticator-app',
    '/security-info/sessions',
    '/security-info/sessions/end',
    await email.getByRole('link', { name: /^Change/ }).getAttribute('href'),
    await email.getByRole('link', { name: /^Remove/ }).getAttribute('href'),
  ]
  for (const target of targets) {
    await page.goto(target ?? '/')
    await expect(page).toHaveURL(new RegExp(`${target}$`))
    await expectAccessible(page)
  }
})

test('a method is added, named, made the default and removed again', async ({ page, world }) => {
  await openList(page)
  await addApp(page, 'Second phone')
  await expectAccessible(page)
  await row(page, 'Second phone').getByRole('link', { name: 'Rename Second phone' }).click()
  await page.getByLabel('Name').fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Enter a name')
  await page.getByLabel('Name').fill('Spare phone')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The new name is saved.')).toBeVisible()
  await row(page, 'Spare phone').getByRole('button', { name: 'Make default Spare phone' }).click()
  await expect(page.getByText('Your default is changed.')).toBeVisible()
  await expect(row(page, 'Spare phone')).toContainText('Default')

  await row(page, 'Spare phone').getByRole('link', { name: 'Remove Spare phone' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove this method?' })
  await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(row(page, 'Spare phone').getByRole('link', { name: 'Remove Spare phone' })).toBeFocused()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('The method is removed.')).toBeVisible()
  await expect(page.getByText('Spare phone')).toHaveCount(0)
  await expect(row(page, 'Authenticator app')).toContainText('Default')
  expect(await eventsOf(world, 'User deleted security info')).toContain('success')
  expect(await eventsOf(world, 'User changed default security info')).toContain('success')
})

test('the address is changed only when the new one is confirmed', async ({ page, world }) => {
  await openList(page)
  const next = `ben.next.${Date.now()}@mail.example`
  const since = new Date()
  await row(page, 'Email')
    .getByRole('link', { name: /^Change/ })
    .click()
  await page.getByLabel('Your email address').fill('no address')
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Enter a complete email address')
  await page.getByLabel('Your email address').fill(next)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  const code = await world.code(next, since)
  await expectAccessible(page)
  await page.getByLabel('Code', { exact: true }).fill(code === '000000' ? '111111' : '000000')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('alert').first()).toContainText('That code isn’t right.')
  const address = `SELECT email_address FROM email JOIN authentication_method m ON m.id = method_id
     JOIN "user" ON "user".id = m.user_id WHERE user_principal_name = $1`
  expect(await world.rows(address, [ben.userPrincipalName])).not.toEqual([{ email_address: next }])
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Your new email address is in use.')).toBeVisible()
  expect(await world.rows(address, [ben.userPrincipalName])).toEqual([{ email_address: next }])
})

test('a proof that is too old is asked for again, and then one goes on where one was', async ({ page, world }) => {
  await openList(page)
  ahead = 601
  world.turnClock(ahead)
  await page.goto('/security-info/add')
  await expect(page).toHaveURL(/\/sign-in\/verify\?returnTo=%2Fsecurity-info%2Fadd$/)
  await expectAccessible(page)
  await confirmWithApp(page)
  await expect(page).toHaveURL(/\/security-info\/add$/)

  // A passkey asks for a proof of the last five minutes.
  ahead += 301
  world.turnClock(ahead)
  await page.goto('/security-info/add/email')
  await expect(page).toHaveURL(/\/security-info\/add$/)
  await page.getByRole('link', { name: /^Passkey/ }).click()
  await expect(page).toHaveURL(/\/sign-in\/verify\?returnTo=%2Fsecurity-info%2Fadd%2Fpasskey$/)
  await confirmWithApp(page)
  await expect(page).toHaveURL(/\/security-info\/add\/passkey$/)

  // The list was open when the time ran out: the button asks too, and nothing happens before.
  await page.goto('/security-info')
  ahead += 721
  world.turnClock(ahead)
  await row(page, 'Phone')
    .getByRole('button', { name: /^Make default/ })
    .click()
  await expect(page).toHaveURL(/\/sign-in\/verify\?returnTo=%2Fsecurity-info$/)
  await confirmWithApp(page)
  await expect(row(page, 'Authenticator app')).toContainText('Default')
})

test('a passkey is added, and the account can do without its password', async ({ page }) => {
  await addAuthenticator(page)
  await openList(page)
  await page.goto('/security-info/add/passkey')
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await expect(page.getByText('Your passkey is ready.')).toBeVisible()
  await expect(page.getByText('You can sign in without a password.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Give it a name' }).click()
  await page.getByLabel('Name').fill('Harbour laptop')
  await page.getByRole('button', { name: 'Save' }).click()
  await row(page, 'Harbour laptop').getByRole('link', { name: 'Remove Harbour laptop' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('The method is removed.')).toBeVisible()
})

test('other devices are seen and signed out', async ({ page, browser, world }) => {
  const elsewhere = await (await browser.newContext()).newPage()
  await openList(elsewhere)
  await forgetLimits(world)
  await openList(page)
  await page.goto('/security-info/sessions')
  await expect(page.getByText('This one')).toHaveCount(1)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Sign out everywhere else' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign out everywhere else?' })
  await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByText('Every other device is signed out.')).toBeVisible()
  await elsewhere.goto('/security-info')
  await expect(elsewhere).toHaveURL(/\/sign-in\?ended=1/)
  await elsewhere.context().close()
})

test('the keyboard alone is enough to rename a method', async ({ page }) => {
  await openList(page)
  await addApp(page, 'Key phone')
  await page.goto('/security-info')
  await tabTo(page, 'Rename Key phone')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Give it a name' })).toBeVisible()
  await tabTo(page, 'Name')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Typed phone')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The new name is saved.')).toBeVisible()
  await tabTo(page, 'Remove Typed phone')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Remove this method?' })
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Shift+Tab')
  await expect(dialog.getByRole('button', { name: 'Remove', exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText('The method is removed.')).toBeVisible()
})

/** Presses Tab until the thing with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
      return element?.getAttribute('aria-label') ?? label ?? element?.textContent
    })
    if (focused?.trim().startsWith(name)) return
  }
  throw new Error(`the keyboard does not reach ${name}`)
}

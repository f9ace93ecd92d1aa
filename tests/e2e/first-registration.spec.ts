import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/e2e'
import { addAuthenticator, aNewJoiner, expectAccessible } from '../support/journey'

/** A new joiner registers a passkey and an email address with the keyboard alone, and then needs no password. */

test('a new joiner registers a passkey, then email, and signs in with the passkey alone', async ({ page, world }) => {
  const person = await aNewJoiner(world, 'nora')
  const { cdp, authenticatorId } = await addAuthenticator(page)
  const consoleErrors = collectConsoleErrors(page)

  await page.goto('/security-info')
  await expect(page).toHaveURL(/\/sign-in\?returnTo=/)
  await expectAccessible(page)
  await type(page, page.getByLabel('User name'), person.userPrincipalName)
  await type(page, page.getByLabel('Password', { exact: true }), 'not-the-password')
  await page.keyboard.press('Enter')
  const summary = page.getByRole('alert').filter({ hasText: 'Please check this' })
  await expect(summary).toBeFocused()
  await expect(page.getByLabel('User name')).toHaveValue(person.userPrincipalName)
  await expectAccessible(page)
  await type(page, page.getByLabel('Password', { exact: true }), person.password)
  await page.keyboard.press('Enter')

  // What will be set up, and why.
  await expect(page.getByRole('heading', { level: 1, name: 'Keep your account secure' })).toBeFocused()
  await expect(page.getByRole('list', { name: 'What you will set up' }).getByRole('listitem')).toHaveText([
    /^Passkey/,
    /^Email/,
  ])
  await expectAccessible(page)
  await press(page, page.getByRole('link', { name: 'Next' }))

  await expect(page.getByRole('heading', { level: 1, name: 'Create a passkey' })).toBeFocused()
  await expect(page.getByText('Step 1 of 2')).toBeVisible()
  await expectAccessible(page)
  await press(page, page.getByRole('button', { name: 'Create a passkey' }))
  await expect(page.getByRole('heading', { level: 1, name: 'Your passkey is ready' })).toBeVisible()
  await expectAccessible(page)
  await type(page, page.getByLabel('Name of this passkey'), 'My laptop')
  await page.keyboard.press('Enter')

  await expect(page.getByRole('heading', { level: 1, name: 'Add an email address' })).toBeVisible()
  await expect(page.getByText('Your passkey is ready.')).toBeVisible()
  await expect(page.getByText('Step 2 of 2')).toBeVisible()
  await expectAccessible(page)
  // The first step is done: its address leads to where the person is now.
  await page.goto('/security-info/register/passkey')
  await expect(page).toHaveURL(/\/register\/email\?moved=1$/)

  const mailbox = `${person.userPrincipalName.split('@')[0]}@example.com`
  await type(page, page.getByLabel('Your email address'), 'nobody')
  await page.keyboard.press('Enter')
  await expect(summary).toBeFocused()
  const since = new Date()
  await type(page, page.getByLabel('Your email address'), mailbox)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Enter the code we sent you' })).toBeVisible()
  await expectAccessible(page)
  const code = await world.code(mailbox, since)
  await type(page, page.getByLabel('Code', { exact: true }), code === '000000' ? '000001' : '000000')
  await page.keyboard.press('Enter')
  await expect(summary).toContainText('That code isn’t right')
  // A closed tab loses nothing: the page asks for the same code again.
  await page.reload()
  await type(page, page.getByLabel('Code', { exact: true }), code)
  await page.keyboard.press('Enter')

  await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Your methods' }).getByRole('listitem')).toHaveText([
    /^My laptop/,
    /^Email/,
  ])
  await expectAccessible(page)
  await press(page, page.getByRole('button', { name: 'Done' }))
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  await expectAccessible(page)

  // The browser offers the passkey in the user name field; taking it is enough.
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
  await signOutByMenu(page)
  // The offer that is open was made to an absent person; it goes with its page, and a new one is answered at once.
  await page.goto('about:blank')
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true })
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()

  // And by the button, in a browser that offers nothing by itself.
  await page.addInitScript(() => {
    Object.defineProperty(PublicKeyCredential, 'isConditionalMediationAvailable', { value: async () => false })
  })
  await signOutByMenu(page)
  await press(page, page.getByRole('button', { name: 'Sign in with a passkey' }))
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()

  const events = await world.rows<{ activity: string; outcome: string }>(
    `SELECT activity, outcome FROM audit_event WHERE target_id = $1 ORDER BY id`,
    [await idOf(world, person.userPrincipalName)],
  )
  const told = events.map(({ activity, outcome }) => `${activity} ${outcome}`)
  expect(told.filter((line) => line === 'User registered security info success')).toHaveLength(2)
  expect(told).toContain('User registered all required security info success')
  expect(told.filter((line) => line === 'App: user signed in success')).toHaveLength(3)
  expect(consoleErrors).toEqual([])
})

test('an abandoned registration can be left for another account, and both facts are recorded', async ({
  page,
  world,
}) => {
  const person = await aNewJoiner(world, 'nils')
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Keep your account secure' })).toBeVisible()
  await page.getByRole('button', { name: 'Use a different account' }).click()
  await expect(page.getByText('You’re signed out.')).toBeVisible()
  await page.goto('/security-info/register')
  await expect(page).toHaveURL(/\/sign-in/)
  const events = await world.rows<{ activity: string; outcome: string }>(
    `SELECT activity, outcome FROM audit_event WHERE target_id = $1 ORDER BY id`,
    [await idOf(world, person.userPrincipalName)],
  )
  const told = events.map(({ activity, outcome }) => `${activity} ${outcome}`)
  expect(told).toEqual(
    expect.arrayContaining([
      'User canceled security info registration success',
      'User registered all required security info failure',
    ]),
  )
})

test('a wizard left open too long leads to signing in, with a sentence', async ({ page, world }) => {
  const person = await aNewJoiner(world, 'nele')
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Keep your account secure' })).toBeVisible()
  world.turnClock(16 * 60)
  // The server reads its clock's file at intervals.
  await expect(async () => {
    await page.goto('/security-info/register/passkey')
    await expect(page).toHaveURL(/\/sign-in\?ended=1/, { timeout: 500 })
  }).toPass()
  await expect(page.getByText('You were away for a while, so set-up was closed.')).toBeVisible()
})

async function idOf(world: { rows: (sql: string, values: string[]) => Promise<unknown[]> }, name: string) {
  const [row] = (await world.rows('SELECT id FROM "user" WHERE user_principal_name = $1', [name])) as { id: string }[]
  return row?.id ?? ''
}

async function signOutByMenu(page: Page): Promise<void> {
  await press(page, page.getByRole('button', { name: /Account menu/ }))
  await press(page, page.getByRole('button', { name: 'Sign out', exact: true }))
  await expect(page.getByText('You’re signed out.')).toBeVisible()
}

/** Moves on with Tab until the element has the focus, as somebody without a mouse does. */
async function reach(page: Page, element: Locator): Promise<void> {
  await expect(element).toBeVisible()
  for (let stops = 0; stops < 60; stops++) {
    if (await element.evaluate((node) => node === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('the keyboard does not get there')
}

async function press(page: Page, element: Locator): Promise<void> {
  await reach(page, element)
  await page.keyboard.press('Enter')
}

async function type(page: Page, field: Locator, text: string): Promise<void> {
  await reach(page, field)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

function collectConsoleErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  return errors
}

import { expect, test } from '../support/e2e'
import { aNewJoiner, appCode, expectAccessible, signIn } from '../support/journey'

/** Somebody who wants no passkey: an authenticator app, then a phone, and later another default. */

const twoMethods = (count: number) =>
  `UPDATE tenant_policy SET document = jsonb_set(document, '{numberOfMethodsRequired}', '${count}')
   WHERE name = 'passwordResetPolicy'`

test('an authenticator app instead of a passkey, a phone second, and the default changed', async ({ page, world }) => {
  const person = await aNewJoiner(world, 'omar')
  await world.rows(twoMethods(2))
  try {
    await signIn(page, person)
    await page.getByRole('link', { name: 'Next' }).click()
    await page.getByRole('link', { name: 'I want to set up a different method' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Choose a different method' })).toBeVisible()
    await expect(page.getByRole('link', { name: /^Phone/ })).toContainText('Less safe')
    await expectAccessible(page)
    await page.getByRole('link', { name: /^Authenticator app/ }).click()

    await expect(page.getByRole('heading', { level: 1, name: 'Set up an authenticator app' })).toBeVisible()
    await expect(page.getByText('Step 1 of 2')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Show the code to scan' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Scan the code with your app' })).toBeVisible()
    await page.getByText('Can’t scan it? Use a setup key').click()
    await expectAccessible(page)
    const first = await page.getByText(setupKey).innerText()
    await page.reload()
    await page.getByText('Can’t scan it? Use a setup key').click()
    expect(await page.getByText(setupKey).innerText()).toBe(first)
    await page.getByRole('button', { name: 'Start over with a new code to scan' }).click()
    await expect(page.getByText(first)).toHaveCount(0)
    await page.reload()
    await page.getByText('Can’t scan it? Use a setup key').click()
    const secret = await page.getByText(setupKey).innerText()
    // The code of the secret that was thrown away is a wrong code now.
    await page.getByLabel('Code from your app').fill(appCode(first))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'That code isn’t right' })).toBeFocused()
    await expectAccessible(page)
    // Pasted as apps show it, in two groups.
    await page.getByLabel('Code from your app').fill(appCode(secret).replace(/^(\d{3})/, '$1 '))
    await page.getByRole('button', { name: 'Confirm' }).click()

    await expect(page.getByText('Your authenticator app is set up.')).toBeVisible()
    await page.getByRole('link', { name: 'I want to set up a different method' }).click()
    await page.getByRole('link', { name: /^Phone/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Add your mobile phone' })).toBeVisible()
    await expect(page.getByLabel('Country or region')).toHaveValue('GB')
    await expectAccessible(page)
    await page.getByLabel('Phone number').fill('020 7946 0958')
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Please check this' })).toBeFocused()
    await expect(page.getByLabel('Phone number')).toHaveValue('020 7946 0958')
    await expectAccessible(page)
    const since = new Date()
    await page.getByLabel('Phone number').fill('07400 123456')
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Enter the code we texted you' })).toBeVisible()
    await expect(page.getByText(/ask for a new code in/)).toBeVisible()
    await expectAccessible(page)
    await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400123456', since))
    await page.getByRole('button', { name: 'Confirm' }).click()

    await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
    const methods = page.getByRole('list', { name: 'Your methods' }).getByRole('listitem')
    await expect(methods).toHaveCount(2)
    await expect(methods.filter({ hasText: 'Authenticator app' })).toContainText('Default')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Done' }).click()

    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
    await page.getByRole('button', { name: /^Make default/ }).click()
    await expect(page.getByText('Your default is changed.')).toBeVisible()
    const phone = page.getByRole('list', { name: 'Your sign-in methods' }).getByRole('listitem', { name: '' })
    await expect(phone.filter({ hasText: 'Phone' }).filter({ hasText: 'Default' })).not.toHaveCount(0)
    await expectAccessible(page)
  } finally {
    await world.rows(twoMethods(1))
  }
})

/** Groups of four letters and digits of base32. */
const setupKey = /^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/

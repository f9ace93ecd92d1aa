import type { Page } from '@playwright/test'
import { addresses, expect, test, type World } from '../support/e2e'
import {
  aNewJoiner,
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  from,
  type Person,
  signIn,
} from '../support/journey'

/** Phones that are called: registered, used to sign in, changed; and a phone number in place of a password. */

const set = (path: string, value: string) =>
  `UPDATE tenant_policy SET document = jsonb_set(document, '{methods,${path}}', '${value}'), version = version + 1
   WHERE name = 'authenticationMethodsPolicy'`

let stored: unknown
test.beforeEach(async ({ world }) => {
  await forgetLimits(world)
  const [row] = await world.rows<{ document: unknown }>(`SELECT document FROM tenant_policy WHERE name = $1`, [
    'authenticationMethodsPolicy',
  ])
  stored = row?.document
  const everybody = '[{"targetType":"group","id":"all_users"}]'
  await world.rows(
    set('voice', `{"state":"enabled","includeTargets":${everybody},"excludeTargets":[],"isOfficePhoneAllowed":true}`),
  )
})
test.afterEach(async ({ world }) => {
  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = $2`, [
    JSON.stringify(stored),
    'authenticationMethodsPolicy',
  ])
})

/** Presses a key of the newest call to `to`, or hangs up; as somebody does on the page of the demonstration. */
async function press(world: World, to: string, since: Date, key: string | null): Promise<void> {
  const { id } = await world.message(to, since)
  const inbox = (process.env.E2E_INBOX_URL ?? '').replace('localhost', '127.0.0.1')
  const query = key === null ? `id=${id}` : `id=${id}&key=${encodeURIComponent(key)}`
  await fetch(`${inbox}calls?${query}`, { method: 'POST', redirect: 'manual' })
}

/** A person who has a mobile phone and no other method. */
async function withPhone(world: World, name: string, number: string): Promise<Person> {
  const person = await aNewJoiner(world, name)
  await world.rows(
    `WITH method AS (
       INSERT INTO authentication_method (id, user_id, kind, slot, updated_at)
       SELECT gen_random_uuid(), id, 'mobilePhone', 'mobile', now() FROM "user" WHERE user_principal_name = $1 RETURNING id)
     INSERT INTO phone (method_id, phone_number) SELECT id, $2 FROM method`,
    [person.userPrincipalName, number],
  )
  return person
}

async function toCall(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: 'Confirm it’s you' })).toBeVisible()
  const other = page.getByRole('link', { name: 'Get a call on your mobile phone' })
  if (await other.isVisible()) await other.click()
  await expect(page.getByRole('heading', { level: 2, name: 'Get a call' })).toBeVisible()
}

test('a phone is registered by a call that speaks a code', async ({ page, world }) => {
  const person = await aNewJoiner(world, 'vera')
  await signIn(page, person)
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('link', { name: 'I want to set up a different method' }).click()
  // No business phone, so no office phone; and an alternate phone is never asked for here.
  await expect(page.getByRole('link', { name: /^Office phone|^Alternate phone/ })).toHaveCount(0)
  await page.getByRole('link', { name: /^Phone/ }).click()
  await page.getByLabel('Phone number').fill('07400 223001')
  await page.getByRole('radio', { name: 'Call me and tell me a code' }).check()
  await expectAccessible(page)
  const since = new Date()
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Answer our call and enter the code' })).toBeVisible()
  await expect(page.getByText(/another call in/)).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400223001', since))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  await page.getByRole('button', { name: /^Call me first/ }).click()
  await expect(page.getByText('Your default is changed.')).toBeVisible()
  await expect(page.getByText('Default: call')).toBeVisible()
  await expectAccessible(page)
})

test('signing in by a call: another key is a no, # goes on by itself', async ({ page, world }) => {
  const number = '+447400223002'
  const person = await withPhone(world, 'wim', number)
  await signIn(page, person)
  await toCall(page)
  await expectAccessible(page)
  let since = new Date()
  await page.getByRole('button', { name: 'Call me' }).click()
  await expect(page.getByText(/This page then goes on by itself/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'I pressed #, continue' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'We have not heard the # key yet' })).toBeFocused()
  await press(world, number, since, '5')
  await expect(page.getByText(/A different key was pressed/)).toBeVisible()
  await expectAccessible(page)

  world.turnClock(40)
  await page.reload()
  since = new Date()
  await page.getByRole('button', { name: 'Call me again' }).click()
  await expect(page.getByText(/This page then goes on by itself/)).toBeVisible()
  await press(world, number, since, '#')
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
})

test('signing in by a call without scripts: the button goes on', async ({ browser, world }) => {
  const number = '+447400223003'
  const person = await withPhone(world, 'xaver', number)
  const page = await browser.newPage({ baseURL: process.env.E2E_ORIGIN, javaScriptEnabled: false })
  await signIn(page, person)
  await toCall(page)
  const since = new Date()
  await page.getByRole('button', { name: 'Call me' }).click()
  await press(world, number, since, '#')
  await page.reload()
  await expect(page.getByText('You pressed #. Going on…')).toBeVisible()
  await page.getByRole('button', { name: 'I pressed #, continue' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  await page.close()
})

test('an office phone with its extension, and an alternate phone, in security info', async ({ page, world }) => {
  const number = '+447400223004'
  const person = await withPhone(world, 'yara', number)
  await world.rows(`UPDATE "user" SET business_phone = '+44 20 7946 0970' WHERE user_principal_name = $1`, [
    person.userPrincipalName,
  ])
  await signIn(page, person)
  await toCall(page)
  let since = new Date()
  await page.getByRole('button', { name: 'Call me' }).click()
  await press(world, number, since, '#')
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()

  await page.getByRole('link', { name: 'Add a sign-in method' }).click()
  await page.getByRole('link', { name: /^Office phone/ }).click()
  // What the organisation knows need not be typed again.
  await expect(page.getByLabel('Phone number')).toHaveValue('+44 20 7946 0970')
  await page.getByLabel(/^Extension/).fill('12345678901')
  await page.getByRole('button', { name: 'Call me with a code' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Please check this' })).toBeFocused()
  await expect(page.getByLabel('Phone number')).toHaveValue('+44 20 7946 0970')
  await expectAccessible(page)
  await page.getByLabel(/^Extension/).fill('318')
  since = new Date()
  await page.getByRole('button', { name: 'Call me with a code' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Answer our call and enter the code' })).toBeVisible()
  const call = await world.message('+442079460970', since)
  expect(call.call?.sendDigits).toBe('wwww318')
  await page.getByLabel('Code', { exact: true }).fill(call.code ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Your office phone is set up.')).toBeVisible()

  await page.getByRole('link', { name: 'Add a sign-in method' }).click()
  await page.getByRole('link', { name: /^Alternate phone/ }).click()
  await page.getByLabel('Phone number').fill('07400 223005')
  since = new Date()
  await page.getByRole('button', { name: 'Call me with a code' }).click()
  await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400223005', since))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Your alternate phone is set up.')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('link', { name: /^Change Alternate phone/ }).click()
  await page.getByLabel('Phone number').fill('07400 223006')
  since = new Date()
  await page.getByRole('button', { name: 'Call me with a code' }).click()
  await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400223006', since))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Your new phone number is in use. The old one no longer works.')).toBeVisible()
  const kinds = await world.rows<{ kind: string }>(
    `SELECT kind FROM authentication_method m JOIN "user" u ON u.id = m.user_id WHERE user_principal_name = $1 ORDER BY kind`,
    [person.userPrincipalName],
  )
  expect(kinds.map(({ kind }) => kind)).toEqual(['alternateMobilePhone', 'mobilePhone', 'officePhone'])
})

test('a phone number in place of a password: one factor, the same words for every number', async ({ page, world }) => {
  const number = '+447400223007'
  await withPhone(world, 'zoe', number)
  await page.goto('/sign-in')
  await expect(page.getByRole('link', { name: 'Sign in with a text message' })).toHaveCount(0)
  await page.getByLabel('User name').fill('07400 223007')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Enter your password' })).toBeVisible()

  const everybody = '[{"targetType":"group","id":"all_users","isUsableForSignIn":true}]'
  await world.rows(set('mobilePhone,includeTargets', everybody))
  await world.rows(`UPDATE phone SET is_sms_sign_in_enabled = true WHERE phone_number = $1`, [number])
  await page.reload()
  await expectAccessible(page)
  const unknown = await askFor(page, '07400 223099')
  // Nobody answers to this number, and the page says no such thing.
  await page.getByLabel('Code', { exact: true }).fill('123456')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'That code isn’t right' })).toBeFocused()
  await expectAccessible(page)

  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Sign in with a text message' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in with a text message' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/sign-in')
  const since = new Date()
  const known = await askFor(page, '07400 223007')
  expect(known.replace(/07$/, '99')).toBe(unknown)
  await page.getByLabel('Code', { exact: true }).fill(await world.code(number, since))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  // Signed in, and what shows security info asks for more than a text message.
  await expect(page.getByRole('heading', { level: 1, name: 'This needs your password' })).toBeVisible()
  await expectAccessible(page)
})

/** Types a number where a user name goes, and answers what the page then says. */
async function askFor(page: Page, number: string): Promise<string> {
  await page.getByLabel('User name').fill(number)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Enter the code we texted you' })).toBeVisible()
  return page.getByText('If you can sign in with this number').innerText()
}

test('an administrator adds an office phone for somebody', async ({ page, world }) => {
  const person = await aNewJoiner(world, 'quinn')
  await enterAdministration(page)
  const [row] = await world.rows<{ id: string }>(`SELECT id FROM "user" WHERE user_principal_name = $1`, [
    person.userPrincipalName,
  ])
  await page.goto(`/admin/users/${row?.id}`)
  await page.getByRole('link', { name: 'Add phone' }).click()
  await expect(page.getByRole('radio', { name: /Alternate phone/ })).toBeDisabled()
  await page.getByRole('radio', { name: /Office phone/ }).check()
  await page.getByLabel('Phone number').fill('020 7946 0980')
  await page.getByLabel(/^Extension/).fill('42')
  await expectAccessible(page)
  const since = new Date()
  await page.getByRole('button', { name: 'Add phone' }).click()
  await expect(page.getByText('The phone is added. They have been told.')).toBeVisible()
  await expectAccessible(page)
  expect((await world.message(person.userPrincipalName, since)).text).toContain('Office phone was added')
})

test('nobody but the provider tells of a call', async ({ request }) => {
  const path = `/callbacks/twilio/calls/0197f0d2-6f1e-7c3a-9b43-1f2e3d4c5b6a/${'s'.repeat(43)}/key`
  const form = { To: '+447400223002', Digits: '#' }
  expect((await request.post(path, { form })).status()).toBe(403)
  expect((await request.post(path, { form, headers: { 'x-twilio-signature': 'x' } })).status()).toBe(403)
  expect((await request.get(path)).status()).toBe(405)
  expect((await request.post(path, { form: { To: 'x'.repeat(70_000) } })).status()).toBe(413)
  expect((await request.post('/callbacks/twilio/calls/1/2/key', { form })).status()).toBe(403)
})

test('a policy that allows calls says what it means, and for whom', async ({ page }) => {
  await enterAdministration(page)
  await page.goto('/admin/authentication-methods')
  await expect(page.getByRole('row', { name: /Phone: call/ })).toContainText('On')
  await page.getByRole('link', { name: 'Phone: call' }).click()
  await expect(page.getByText(/A call can be redirected/)).toBeVisible()
  await page.getByRole('checkbox', { name: /the phone at their desk/ }).uncheck()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What this change means')
  await page.getByRole('button', { name: 'Save this change' }).click()
  await expect(page.getByText('Your change is saved and counts from now on.')).toBeVisible()
})

async function enterAdministration(page: Page): Promise<void> {
  const ada = castPerson('ada')
  await from(page, addresses.trusted)
  await signIn(page, ada)
  await page.getByLabel('Code from your authenticator app').fill(castCode(ada))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

import type { Page } from '@playwright/test'
import { expect, test } from '@/tests/support/e2e'
import {
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  giveBackPassword,
  signIn,
  signOut,
} from '@/tests/support/journey'

/** Cia changes her password, and later forgets it; Hugo at the help desk gives her a temporary one. */

const cia = castPerson('cia')
const hugo = castPerson('hugo')
const good = 'nine gulls on one bollard'
const better = 'fog rolls over the crane'

test.afterEach(({ world }) => giveBackPassword(world, cia))

async function signInWithCode(page: Page, person: typeof cia, aheadSeconds = 0): Promise<void> {
  await signIn(page, person)
  await page.getByLabel('Code from your authenticator app').fill(castCode(person, aheadSeconds))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).toHaveURL(/\/security-info$/)
}

const newPassword = (page: Page) => page.getByLabel('New password', { exact: true })
const submit = (page: Page) => page.getByRole('button', { name: 'Change password' }).click()

test('after a fresh second factor the present password is not asked for; weak ones are refused with their reasons', async ({
  page,
  browser,
  world,
}) => {
  await forgetLimits(world)
  const elsewhere = await browser.newContext()
  const phone = await elsewhere.newPage()
  await signIn(phone, cia)
  await expect(phone).toHaveURL(/verify/)
  await signInWithCode(page, cia)
  const loaded: string[] = []
  page.on('response', (response) => response.url().endsWith('.js') && loaded.push(response.url()))
  await page.getByRole('link', { name: 'Change password' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Change your password' })).toBeVisible()
  await expect(page.getByLabel('Password you have now')).toHaveCount(0)
  await expect(newPassword(page)).toHaveAttribute('autocomplete', 'new-password')
  await expect(newPassword(page)).toHaveAttribute('passwordrules', /minlength: 20/)
  await expectAccessible(page)

  await test.step('its strength is estimated while it is typed, by a script that comes only then', async () => {
    await page.waitForLoadState('networkidle')
    const before = loaded.length
    await newPassword(page).pressSequentially('password1')
    await expect(page.getByText('Strength: very weak')).toBeVisible()
    expect(loaded.length).toBeGreaterThan(before)
    await newPassword(page).fill(good)
    await expect(page.getByText('Strength: very good')).toBeVisible()
  })

  await test.step('everything that is wrong is said at once', async () => {
    await newPassword(page).fill('Harbor1')
    await submit(page)
    const summary = page.getByRole('alert').first()
    await expect(summary).toContainText('Your password was not changed')
    await expect(summary).toContainText('at least 8 characters')
    await expect(summary).toContainText('contains the name of your organisation')
    await expect(newPassword(page)).toHaveValue('')
    await expect(page.getByText('Strength:')).toHaveCount(0)
    await expectAccessible(page)
    await newPassword(page).fill('1234567890987654321')
    await submit(page)
    await expect(summary).toContainText('one of the passwords most people use')
    await newPassword(page).fill(cia.password)
    await submit(page)
    await expect(summary).toContainText('This is the password you have now')
  })

  await test.step('a good one is set: this browser stays signed in, others do not, and a mail says so', async () => {
    const since = new Date()
    await newPassword(page).fill(good)
    await submit(page)
    await expect(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible()
    await expectAccessible(page)
    await page.goto('/security-info')
    await expect(page).toHaveURL(/\/security-info$/)
    await phone.reload()
    await expect(phone).toHaveURL(/\/sign-in(\?|$)/)
    const { text } = await world.message(cia.userPrincipalName, since)
    expect(text).toContain('was changed')
    expect(text).not.toContain(good)
  })

  await test.step('the old one no longer signs in, the new one does', async () => {
    await signOut(page)
    await signIn(page, cia)
    await expect(page.getByRole('alert').first()).toContainText('That didn’t work')
    await signIn(page, { ...cia, password: good })
    await expect(page).toHaveURL(/\/sign-in\/verify/)
  })
  await elsewhere.close()
})

test('a while later the present password is asked for, and a wrong one changes nothing', async ({ page, world }) => {
  await forgetLimits(world)
  await signInWithCode(page, cia)
  world.turnClock(700)
  await page.goto('/security-info/password')
  const current = page.getByLabel('Password you have now')
  await expect(current).toHaveAttribute('autocomplete', 'current-password')
  await newPassword(page).fill(good)
  await submit(page)
  await expect(page.getByRole('alert').first()).toContainText('The password you have now is missing')
  await current.fill('not the right one')
  await newPassword(page).fill(good)
  await submit(page)
  await expect(page.getByRole('alert').first()).toContainText('That isn’t the password you have now')
  await current.fill(cia.password)
  await newPassword(page).fill(better)
  await submit(page)
  await expect(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible()
})

test('password managers find the way here', async ({ page, world }) => {
  const ask = (path: string) => page.request.get(`/.well-known/${path}`, { maxRedirects: 0 })
  const answer = await ask('change-password')
  expect(answer.status()).toBe(302)
  expect(answer.headers().location).toBe('/security-info/password')
  expect((await ask('resource-that-should-not-exist-whose-status-code-should-not-be-200')).status()).toBe(404)
  await forgetLimits(world)
  await page.goto('/.well-known/change-password')
  await expect(page).toHaveURL(/\/sign-in\?returnTo=%2Fsecurity-info%2Fpassword/)
})

test('a forgotten password: the help desk gives a temporary one, which leads to a new one', async ({
  page: desk,
  browser,
  world,
}) => {
  await forgetLimits(world)
  const temporary = await test.step('issued once, after a look at who it is for', async () => {
    await signInWithCode(desk, hugo)
    await desk.goto('/admin/users?search=cia%40')
    await desk.getByRole('link', { name: 'Cia Lindqvist' }).click()
    await desk.getByRole('link', { name: 'Issue a temporary password' }).click()
    await expectAccessible(desk)
    await desk.getByRole('button', { name: 'Issue the password' }).click()
    await expect(desk.getByRole('status')).toContainText('shown only here and only now')
    await expectAccessible(desk)
    const shown = (await desk.getByTestId('temporary-password').innerText()).replace(/\s/g, '')
    expect(shown).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
    await desk.getByRole('link', { name: 'Done, forget the password' }).click()
    await expect(desk.getByText(/Temporary, until/)).toBeVisible()
    expect(await desk.content()).not.toContain(shown)
    return shown
  })

  const context = await browser.newContext({ extraHTTPHeaders: { 'X-Forwarded-For': '198.51.100.24' } })
  const phone = await context.newPage()
  await test.step('it opens nothing but the page for a new one', async () => {
    await signIn(phone, { ...cia, password: temporary })
    await phone.getByLabel('Code from your authenticator app').fill(castCode(cia))
    await phone.getByRole('button', { name: 'Confirm' }).click()
    await expect(phone.getByRole('heading', { name: 'Choose your own password' })).toBeVisible()
    await expectAccessible(phone)
    for (const path of ['/security-info', '/security-info/register', '/security-info/password', '/sign-in/continue']) {
      await phone.goto(path)
      await expect(phone).toHaveURL(/\/sign-in\/new-password$/)
    }
    await newPassword(phone).fill(temporary)
    await phone.getByRole('button', { name: 'Set password and go on' }).click()
    await expect(phone.getByRole('alert').first()).toContainText('This is the password you have now')
  })

  await test.step('with a new one the sign-in goes on', async () => {
    await newPassword(phone).fill(better)
    await phone.getByRole('button', { name: 'Set password and go on' }).click()
    await expect(phone).toHaveURL(/\/security-info$/)
    await desk.reload()
    await expect(desk.getByText(/Temporary, until/)).toHaveCount(0)
  })

  await test.step('neither the log nor a message has said one of them', async () => {
    const events = await world.rows<{ record: string }>('SELECT record FROM audit_event')
    for (const secret of [temporary, better]) expect(events.some(({ record }) => record.includes(secret))).toBe(false)
    const { text } = await world.message(cia.userPrincipalName)
    expect(text).not.toContain(temporary)
  })
  await context.close()
})

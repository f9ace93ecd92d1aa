import { expect, test } from '@/tests/support/e2e'
import { castCode, castPerson, expectAccessible, forgetLimits, giveBackPassword, signIn } from '@/tests/support/journey'

/** The rules for passwords: looked at before they are saved, and in force at once. */

const ada = castPerson('ada')
const cia = castPerson('cia')

test.afterEach(async ({ world }) => {
  await world.rows(`DELETE FROM tenant_policy WHERE name = 'passwordProtection'`)
  await giveBackPassword(world, cia)
})

test('words of the organisation are pasted, refused by their lines, looked at, saved, and in force', async ({
  page,
  browser,
  world,
}) => {
  await forgetLimits(world)
  await signIn(page, ada)
  await page.getByLabel('Code from your authenticator app').fill(castCode(ada))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).not.toHaveURL(/verify/)
  await page.goto('/admin')
  await page.getByRole('navigation').getByRole('link', { name: 'Password protection' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Password protection' })).toBeVisible()
  await expectAccessible(page)

  await test.step('bad lines and figures are named', async () => {
    await page.getByLabel('Refuse passwords made of these words').check()
    await page.getByLabel('Words', { exact: true }).fill('bollard\nabc\nB0llard')
    await page.getByLabel('Wrong passwords until the first pause').fill('2')
    await page.getByRole('button', { name: 'See what it changes' }).click()
    const summary = page.getByRole('alert').first()
    await expect(summary).toContainText('Line 2: a word needs at least 4 characters.')
    await expect(summary).toContainText('Line 3: this word is already on line 1.')
    await expect(summary).toContainText('Enter a whole number from 3 to 100.')
    await expect(page.getByLabel('Words', { exact: true })).toHaveValue('bollard\nabc\nB0llard')
    await expectAccessible(page)
  })

  await test.step('what would change is shown first, then exactly that is saved', async () => {
    await page.getByLabel('Words', { exact: true }).fill('bollard\ncapstan')
    await page.getByLabel('Wrong passwords until the first pause').fill('5')
    await page.getByRole('button', { name: 'See what it changes' }).click()
    const shown = page.getByRole('status').filter({ hasText: 'What will change' })
    await expect(shown).toContainText('Words of your organisation: 2 words (now: Off)')
    await expect(shown).toContainText('Wrong passwords until the first pause: 5 (now: 10)')
    await expect(shown).toContainText('people have a password')
    await expectAccessible(page)
    await page.getByLabel('Wrong passwords until the first pause').fill('6')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(shown).toContainText('Wrong passwords until the first pause: 6 (now: 10)')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('Saved. It counts from now on.')).toBeVisible()
    await expect(page.getByLabel('Wrong passwords until the first pause')).toHaveValue('6')
  })

  await test.step('the next password meets it', async () => {
    const context = await browser.newContext({ extraHTTPHeaders: { 'X-Forwarded-For': '198.51.100.25' } })
    const phone = await context.newPage()
    await signIn(phone, cia)
    await phone.getByLabel('Code from your authenticator app').fill(castCode(cia))
    await phone.getByRole('button', { name: 'Confirm' }).click()
    await expect(phone).toHaveURL(/\/security-info$/)
    await phone.goto('/security-info/password')
    await phone.getByLabel('New password', { exact: true }).fill('Boll@rdCapstan!')
    await phone.getByRole('button', { name: 'Change password' }).click()
    await expect(phone.getByRole('alert').first()).toContainText('words that your administrator has blocked')
    await context.close()
  })
})

import { expect, test } from '@/tests/support/e2e'
import { castCode, castPerson, forgetLimits, from, giveBackPassword } from '@/tests/support/journey'

/** Getting back in where no script runs: a little slower, and all the same. */

const ben = castPerson('ben')

test.afterEach(({ world }) => giveBackPassword(world, ben))

test('a password is reset without scripts', async ({ page, world }) => {
  await forgetLimits(world)
  await world.rows('DELETE FROM password_reset_throttle')
  await from(page, '198.51.100.65')
  await page.goto('/sign-in')
  await page.getByRole('link', { name: /Forgot your password/ }).click()
  await expect(page.getByText('Without scripts this step takes a few seconds longer.')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Your user name is missing')
  await page.getByLabel('User name').fill(ben.userPrincipalName)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('link', { name: /Code from an app or a token/ }).click()
  await page.getByLabel('Code from your app or token').fill('000000')
  await page.getByRole('button', { name: 'Check the code' }).click()
  await expect(page.getByRole('alert').first()).toContainText('That code isn’t right for this account')
  await page.getByLabel('Code from your app or token').fill(castCode(ben))
  await page.getByRole('button', { name: 'Check the code' }).click()
  await page.getByLabel('New password', { exact: true }).fill('nine gulls on one bollard')
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
})

import { expect, test } from '@/tests/support/e2e'
import { castCode, castPerson, forgetLimits, giveBackPassword, signIn } from '@/tests/support/journey'

/** Changing a password where no script runs. */

const cia = castPerson('cia')

test.afterEach(({ world }) => giveBackPassword(world, cia))

test('a password is changed without scripts: reasons, the present one, the new one', async ({ page, world }) => {
  await forgetLimits(world)
  await signIn(page, cia)
  await page.getByLabel('Code from your authenticator app').fill(castCode(cia))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('link', { name: 'Change password' }).click()
  await page.getByLabel('New password', { exact: true }).fill('Harbor1')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('alert').first()).toContainText('at least 8 characters')
  await expect(page.getByRole('alert').first()).toContainText('contains the name of your organisation')

  world.turnClock(800)
  await page.getByLabel('New password', { exact: true }).fill('nine gulls on one bollard')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page).toHaveURL(/\/sign-in\/verify\?returnTo=%2Fsecurity-info%2Fpassword/)

  await page.goto('/security-info/password')
  await page.getByLabel('Password you have now').fill(cia.password)
  await page.getByLabel('New password', { exact: true }).fill('nine gulls on one bollard')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible()
})

import { addresses, expect, test } from '../support/e2e'
import {
  aNewJoiner,
  appCode,
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  from,
  signIn,
} from '../support/journey'

/** A gate that closes between the QR code and its first code: what was begun is not finished. */

const policy = 'Combined Security Info Registration on Trusted Networks'

test.beforeEach(({ world }) => forgetLimits(world))
test.afterEach(async ({ world }) => {
  await world.rows(`UPDATE conditional_access_policy SET state = 'disabled' WHERE display_name = $1`, [policy])
})

test('a policy switched on while the QR code is on the screen stops the finish, and nothing is stored', async ({
  page,
  browser,
  world,
}) => {
  const joiner = await aNewJoiner(world, 'racer')
  const [row] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
    joiner.userPrincipalName,
  ])
  const userId = row?.id

  await test.step('a newcomer has the QR code on the screen', async () => {
    await from(page, addresses.untrusted)
    await signIn(page, joiner)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keep your account secure')
    await page.goto('/security-info/register/authenticator-app')
    await page.getByRole('button', { name: 'Show the code to scan' }).click()
    await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
  })
  await page.getByText('Can’t scan it? Use a setup key').click()
  const secret = (await page.locator('code').last().textContent()) ?? ''

  await test.step('meanwhile an administrator switches the policy on', async () => {
    const administrator = await (await browser.newContext({ baseURL: process.env.E2E_ORIGIN })).newPage()
    await from(administrator, addresses.trusted)
    const cleo = castPerson('cleo')
    await signIn(administrator, cleo)
    await administrator.getByLabel('Code from your authenticator app').fill(castCode(cleo))
    await administrator.getByRole('button', { name: 'Confirm' }).click()
    await administrator.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await administrator.goto('/admin/conditional-access')
    await administrator.getByRole('link', { name: `Switch ${policy} on or off` }).click()
    await expectAccessible(administrator)
    await administrator.getByRole('radio', { name: /^On/ }).check()
    await administrator.getByRole('button', { name: 'Change state' }).click()
    await expect(administrator.getByText('The state is changed')).toBeVisible()
    await administrator.context().close()
  })

  await test.step('the right code is refused with the two ways on', async () => {
    await page.getByLabel('Code from your app').fill(appCode(secret))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You can’t set this up from here yet')
    await expect(page.getByRole('heading', { name: 'Use a Temporary Access Pass' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Use your organisation’s network' })).toBeVisible()
  })

  await test.step('no method is stored, and one event tells of the refusal', async () => {
    const methods = await world.rows('SELECT 1 FROM authentication_method WHERE user_id = $1', [userId])
    expect(methods).toHaveLength(0)
    const events = await world.rows<{ outcome: string; reason: string | null }>(
      `SELECT outcome, reason FROM audit_event
       WHERE target_id = $1::text AND activity = 'User registered security info' ORDER BY id`,
      [userId],
    )
    expect(events).toEqual([{ outcome: 'failure', reason: 'security_info.blocked_no_method' }])
  })
})

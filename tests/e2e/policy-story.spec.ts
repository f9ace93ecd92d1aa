import { addresses, expect, test } from '../support/e2e'
import {
  aNewJoiner,
  enterAdministration,
  expectAccessible,
  finishWithApp,
  forgetLimits,
  from,
  signIn,
} from '../support/journey'

/** A policy from the template to the person it stops, and back: previewed, tried, switched on, met, helped, explained. */

const template = 'Securing security info registration'

test.beforeEach(({ world }) => forgetLimits(world))
test.afterEach(async ({ world }) => {
  await world.rows(`UPDATE conditional_access_policy SET deleted_at = now() WHERE display_name LIKE $1`, [
    `${template}%`,
  ])
  await world.rows('DELETE FROM policy_trial')
})

test('from the template in report-only to somebody who is stopped, helped, and found again by their reference', async ({
  page,
  browser,
  world,
}) => {
  test.setTimeout(240_000)
  const traveller = await aNewJoiner(world, 'traveller')
  await world.rows(
    `INSERT INTO sign_in_log (id, at, user_id, target, client_address, address_source, user_agent, error_code,
       authentication_details, conditional_access_status, applied_policies, correlation_id, request_id)
     SELECT gen_random_uuid(), now() - interval '1 hour', id, '19db86c3-b2b9-44cc-b339-36da233a3be2', $2, 'peer',
       'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 0, '[]', 'notApplied', '[]', gen_random_uuid(), 'journey'
     FROM "user" WHERE user_principal_name = $1`,
    [traveller.userPrincipalName, addresses.untrusted],
  )
  await enterAdministration(page, world)

  const policy = await test.step('an administrator makes the policy in report-only', async () => {
    await page.goto('/admin/conditional-access/template')
    await page.getByRole('button', { name: `Create in report-only: ${template}` }).click()
    await expect(page.getByText('The policy is created.')).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Report-only')
    return new URL(page.url()).pathname
  })

  await test.step('sees who would be blocked before it is on', async () => {
    await page.goto(`${policy}/state`)
    await page.getByRole('button', { name: 'See who would be blocked' }).click()
    await expect(page.getByText(/would be blocked; .* not blocked today/)).toBeVisible({ timeout: 30_000 })
    await page.getByRole('combobox', { name: 'Why' }).selectOption('noMethodOffSite')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByRole('row').filter({ hasText: traveller.userPrincipalName })).toContainText('New')
  })

  await test.step('asks What If for one of them', async () => {
    await page.goto('/admin/conditional-access/what-if')
    await page.getByRole('textbox', { name: 'Person' }).fill(traveller.userPrincipalName)
    await page.getByRole('combobox', { name: 'What they want' }).selectOption('registration')
    await page.getByRole('combobox', { name: 'Device platform' }).selectOption('windows')
    await page.getByRole('textbox', { name: 'IP address' }).fill(addresses.untrusted)
    await page.getByRole('button', { name: 'What would happen?' }).click()
    const applies = page.getByRole('region', { name: 'Policies that apply' })
    await expect(applies).toContainText(template)
    await expect(applies).toContainText('Report-only: would ask the person for something')
  })

  await test.step('and switches it on', async () => {
    await page.goto(`${policy}/state`)
    await page.getByRole('group', { name: 'State' }).getByRole('radio', { name: /^On/ }).check()
    await page.getByRole('button', { name: 'Change state' }).click()
    await expect
      .poll(() => world.rows(`SELECT state FROM conditional_access_policy WHERE id = $1`, [policy.split('/').at(-1)]))
      .toEqual([{ state: 'enabled' }])
  })

  const elsewhere = await browser.newContext({ baseURL: process.env.E2E_ORIGIN })
  const person = await elsewhere.newPage()
  const reference = await test.step('somebody outside is stopped, and told how to go on', async () => {
    await from(person, addresses.untrusted)
    await signIn(person, traveller)
    await expect(person.getByRole('heading', { level: 1 })).toHaveText('You can’t set this up from here yet')
    await expect(person.getByRole('heading', { name: 'Use a Temporary Access Pass' })).toBeVisible()
    expect(await person.content()).not.toContain(template)
    await expectAccessible(person)
    return (await person.locator('code').innerText()).trim()
  })

  const pass = await test.step('an administrator opens the reference, sees the policy, and helps', async () => {
    await page.goto('/admin')
    await page.getByLabel('Reference from a person').fill(reference)
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await page.waitForURL(/sign-in-log/)
    const decision = page.getByRole('link', { name: 'Show the decision that stopped them' })
    await expect(decision.or(page.getByRole('heading', { level: 1, name: /Traveller Journey/ }))).toBeVisible()
    if (await decision.isVisible()) await decision.click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Traveller Journey')
    const decided = page.getByRole('listitem').filter({ hasText: template })
    await expect(decided).toContainText('Applied and not met')
    const [row] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
      traveller.userPrincipalName,
    ])
    await page.goto(`/admin/users/${row?.id}/pass`)
    await page.getByRole('button', { name: 'Issue the pass' }).click()
    const shown = page.getByTestId('pass')
    await expect(shown).toBeVisible()
    return ((await shown.textContent()) ?? '').replace(/\s/g, '')
  })

  await test.step('and the person follows the advice, and registers', async () => {
    await person.context().clearCookies()
    await person.goto('/sign-in/pass')
    await person.getByLabel('User name').fill(traveller.userPrincipalName)
    await person.getByLabel('Temporary Access Pass', { exact: true }).fill(pass)
    await person.getByRole('button', { name: 'Sign in' }).click()
    await person.getByRole('link', { name: 'Next' }).click()
    await finishWithApp(person)
    await expect
      .poll(() =>
        world.rows(
          `SELECT kind FROM authentication_method method JOIN "user" u ON u.id = method.user_id
           WHERE u.user_principal_name = $1 AND kind = 'softwareOath'`,
          [traveller.userPrincipalName],
        ),
      )
      .toHaveLength(1)
    await elsewhere.close()
  })
})

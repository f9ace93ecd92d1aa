import { readFileSync } from 'node:fs'
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

/** A policy made from the template is looked at before it is on: whom it would stop, and what one of them would meet. */

const template = 'Securing security info registration'

test.beforeEach(({ world }) => forgetLimits(world))
test.afterEach(async ({ world }) => {
  await world.rows(`UPDATE conditional_access_policy SET deleted_at = now() WHERE display_name LIKE $1`, [
    `${template}%`,
  ])
  await world.rows('DELETE FROM policy_trial')
})

test('report-only by template, who would be blocked, and What If for one of them', async ({ page, world }) => {
  test.setTimeout(400_000)
  const outside = await aNewJoiner(world, 'faraway')
  const formula = await aNewJoiner(world, 'formula')
  await world.rows('UPDATE "user" SET display_name = $2 WHERE user_principal_name = $1', [
    formula.userPrincipalName,
    '=HYPERLINK("x")',
  ])
  await signedInFrom(world, outside, addresses.untrusted)

  await test.step('the policy is made in report-only', async () => {
    await from(page, addresses.trusted)
    await signIn(page, castPerson('cleo'))
    await page.getByLabel('Code from your authenticator app').fill(castCode(castPerson('cleo')))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await page.goto('/admin/conditional-access/template')
    await page.getByRole('button', { name: 'Create in report-only: Securing security info registration' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Report-only')
  })

  await test.step('before it is switched on, everybody is asked about', async () => {
    await page.getByRole('link', { name: /state|on or off/i }).click()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'See who would be blocked' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Who would be blocked')
    await expect(page.getByText(/would be blocked; .* not blocked today/)).toBeVisible({ timeout: 30_000 })
    await expect(page.getByRole('link', { name: 'Go on editing' })).toBeHidden()
    await expect(page.getByText('signed in within the last 30 days', { exact: false })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('the list says why, and can be taken along', async () => {
    await page.getByRole('combobox', { name: 'Why' }).selectOption('noMethodOffSite')
    await page.getByRole('button', { name: 'Apply' }).click()
    const row = page.getByRole('row').filter({ hasText: outside.userPrincipalName })
    await expect(row).toContainText('No usable method and no Temporary Access Pass, and always outside')
    await expect(row).toContainText('New')
    // A Conditional Access Administrator may not read the sign-in log.
    await expect(row).not.toContainText(addresses.untrusted)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as CSV' }).click()
    const csv = readFileSync(await (await download).path(), 'utf8')
    expect(csv).toContain(outside.userPrincipalName)
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`)
    expect(csv).not.toContain(addresses.untrusted)
  })

  await test.step('What If about one of them, in report-only nothing is asked', async () => {
    await page.goto('/admin/conditional-access/what-if')
    await expectAccessible(page)
    await page.getByRole('textbox', { name: 'Person' }).fill(outside.userPrincipalName)
    await page.getByRole('combobox', { name: 'What they want' }).selectOption('registration')
    await page.getByRole('button', { name: 'What would happen?' }).click()
    // Row 70: the platform is demanded.
    await expect(page.getByRole('alert').first()).toContainText('This is still open.')
    await page.getByRole('combobox', { name: 'Device platform' }).selectOption('windows')
    await page.getByRole('textbox', { name: 'IP address' }).fill(addresses.untrusted)
    await page.getByRole('checkbox', { name: 'Also list policies that are off' }).check()
    await page.getByRole('button', { name: 'What would happen?' }).click()
    await expect(page.getByText('Security info opens, and they can register.')).toBeVisible()
    const applies = page.getByRole('region', { name: 'Policies that apply' })
    await expect(applies).toContainText(template)
    await expect(applies).toContainText('Report-only: would ask the person for something')
    await expect(page.getByRole('region', { name: 'Policies that are off' })).toContainText('policyNotEnabled')
    await expectAccessible(page)
  })

  await test.step('once it is on, the same question has another answer; without a place it does not apply', async () => {
    await world.rows(`UPDATE conditional_access_policy SET state = 'enabled' WHERE display_name = $1`, [template])
    await page.reload()
    await expect(page.getByText('They are stopped: they have no usable method')).toBeVisible()
    await page.getByRole('textbox', { name: 'IP address' }).fill('')
    await page.getByRole('button', { name: 'What would happen?' }).click()
    const others = page.getByRole('region', { name: 'Policies that do not apply' })
    await expect(others).toContainText('you gave no address and no country')
    await expect(others).toContainText('Reason in Microsoft Graph: location')
  })

  await test.step('several people of a name are offered, and nobody is guessed', async () => {
    await page.getByRole('textbox', { name: 'Person' }).fill('journey')
    await page.getByRole('textbox', { name: 'IP address' }).fill(addresses.untrusted)
    await page.getByRole('button', { name: 'What would happen?' }).click()
    const choose = page.getByRole('link', { name: `Ask about ${outside.displayName}` })
    if (await choose.isVisible()) await choose.click()
    await expect(page.getByRole('heading', { name: `What ${outside.displayName} would see next` })).toBeVisible()
  })
})

test('a draft is tried without being saved, and goes on where it was left', async ({ page, world }) => {
  const name = `${template}, drafted`
  await from(page, addresses.trusted)
  await signIn(page, castPerson('cleo'))
  await page.getByLabel('Code from your authenticator app').fill(castCode(castPerson('cleo')))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await page.goto('/admin/conditional-access/new')
  await page.getByRole('button', { name: 'See who would be blocked' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Please check this first' })).toBeVisible()
  await page.getByLabel('Policy name').fill(name)
  await page.getByRole('radio', { name: /All users/ }).check()
  await page.getByRole('radio', { name: /User actions/ }).check()
  await page.getByRole('radio', { name: /Block access/ }).check()
  await page.getByRole('button', { name: 'See who would be blocked' }).click()
  await expect(page.getByText(/would be blocked; .* not blocked today/)).toBeVisible({ timeout: 30_000 })
  expect(await world.rows('SELECT 1 FROM conditional_access_policy WHERE display_name = $1', [name])).toEqual([])
  await page.getByRole('link', { name: 'Go on editing' }).click()
  await expect(page.getByText('This is the draft you looked at.')).toBeVisible()
  await expect(page.getByLabel('Policy name')).toHaveValue(name)
  await expect(page.getByRole('radio', { name: /Block access/ })).toBeChecked()
  await page.goto('/admin/conditional-access/trials')
  await expect(page.getByRole('link', { name })).toBeVisible()
  await expectAccessible(page)
})

async function signedInFrom(world: World, { userPrincipalName }: Person, address: string): Promise<void> {
  await world.rows(
    `INSERT INTO sign_in_log (id, at, user_id, target, client_address, address_source, user_agent, error_code,
       authentication_details, conditional_access_status, applied_policies, correlation_id, request_id)
     SELECT gen_random_uuid(), now() - interval '1 hour', id, '19db86c3-b2b9-44cc-b339-36da233a3be2', $2, 'peer',
       'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 0, '[]', 'notApplied', '[]', gen_random_uuid(), 'journey'
     FROM "user" WHERE user_principal_name = $1`,
    [userPrincipalName, address],
  )
}

import { randomUUID } from 'node:crypto'
import { expect, test } from '../support/e2e'
import { enterAdministration, expectAccessible } from '../support/journey'

/** A policy's life: from a template, through its history, copied, deleted and brought back. */

test('a policy is made from a template, changed, looked back on, copied, deleted and restored', async ({
  page,
  world,
}) => {
  const name = `Admins ${randomUUID().slice(0, 6)}`
  await enterAdministration(page, world)

  await test.step('the templates say what they need', async () => {
    await page.goto('/admin/conditional-access/template')
    await expect(page.getByRole('button', { name: /^Create in report-only: / })).toHaveCount(13)
    await expect(page.getByText('Nothing here tells risk yet').first()).toBeVisible()
    await expectAccessible(page)
    await page
      .getByRole('button', { name: 'Create in report-only: Require multifactor authentication for admins' })
      .click()
    await expect(page.getByText('The policy is created.')).toBeVisible()
  })

  await test.step('its history tells the change as a line', async () => {
    await page.getByLabel('Policy name').fill(name)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Your changes are saved')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'History' }).click()
    await expect(page.getByText(`Name: Require multifactor authentication for admins → ${name}`)).toBeVisible()
    await page.getByText('Show JSON before and after').first().click()
    await expectAccessible(page)
    await page.screenshot({ path: 'test-results/policy-history.png', fullPage: true })
  })

  await test.step('the older version is looked at and saved again', async () => {
    await page.getByRole('link', { name: /^Look at this version of/ }).click()
    await expect(page.getByText(`Name: ${name} → Require multifactor authentication for admins`)).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Save this version again' }).click()
    await expect(page.getByText('The older version is saved')).toBeVisible()
    await page.getByLabel('Policy name').fill(name)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Your changes are saved')).toBeVisible()
  })

  await test.step('a copy is off', async () => {
    await page.getByRole('link', { name: 'Duplicate' }).click()
    await expect(page.getByLabel('Name of the copy')).toHaveValue(`Copy of ${name}`)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Create the copy' }).click()
    await expect(page.getByText('The copy is created. It is off.')).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Copy of ${name}`)
  })

  await test.step('deleted, it waits and comes back', async () => {
    const address = new URL(page.url()).pathname
    await page.goto(`${address}/delete`)
    await page.getByRole('button', { name: 'Delete policy' }).click()
    await expect(page.getByText('The policy is deleted.')).toBeVisible()
    await page.getByRole('link', { name: 'Deleted policies' }).click()
    await expectAccessible(page)
    await page.screenshot({ path: 'test-results/policies-deleted.png', fullPage: true })
    await page.getByRole('link', { name: `Restore Copy of ${name}` }).click()
    await expectAccessible(page)
    await page.getByRole('radio', { name: /As it was: Off/ }).check()
    await page.getByRole('button', { name: 'Restore policy' }).click()
    await expect(page.getByText('The policy is restored.')).toBeVisible()
  })
  await world.rows('DELETE FROM conditional_access_policy WHERE display_name LIKE $1', [`%${name}`])
})

test('a location is deleted and comes back untrusted, and the older list of trusted ranges is edited', async ({
  page,
  world,
}) => {
  const name = `Annex ${randomUUID().slice(0, 6)}`
  await enterAdministration(page, world)
  await page.goto('/admin/named-locations/new')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('textbox', { name: 'Ranges' }).fill('198.51.100.64/26')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('link', { name: 'Delete location' }).click()
  await page.getByRole('button', { name: 'Delete location' }).click()
  await page.getByRole('link', { name: 'Deleted locations' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: `Restore ${name}` }).click()
  await expect(page.getByText('The location is restored.')).toBeVisible()
  await page.getByRole('link', { name: 'History' }).click()
  await expect(page.getByText('restored the location, not trusted')).toBeVisible()
  await expectAccessible(page)

  await page.goto('/admin/named-locations/mfa-trusted-ips')
  const before = await page.getByRole('textbox').inputValue()
  await page.getByRole('textbox').fill('2001:db8::/48')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert').first()).toContainText('takes IPv4 only')
  await page.getByRole('textbox').fill(`${before}\n192.0.2.240/28`)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The MFA trusted IPs are saved')).toBeVisible()
  await page.goto('/admin/named-locations/mfa-trusted-ips')
  await page.getByRole('textbox').fill(before)
  await page.getByRole('button', { name: 'Save' }).click()
  await world.rows('DELETE FROM named_location WHERE display_name = $1', [name])
})

test('a policy that would shut everybody out says who is stopped, before it asks for its name', async ({
  page,
  world,
}) => {
  const name = `Closed ${randomUUID().slice(0, 6)}`
  await enterAdministration(page, world)
  await page.goto('/admin/conditional-access/new')
  await page.getByLabel('Policy name').fill(name)
  await page.getByRole('radio', { name: /All users/ }).check()
  await page.getByRole('radio', { name: /All apps/ }).check()
  await page.getByRole('radio', { name: /Block access/ }).check()
  await page.getByRole('radio', { name: /^On/ }).check()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert').first()).toContainText('everyone and everything')
  // The author was left out; whoever takes that back reads what it means.
  const own = page.getByRole('group', { name: 'Users and groups to exclude' }).getByRole('checkbox', { name: /^Ada/ })
  await own.uncheck()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert').first()).toContainText(`is stopped by ${name}`)
  await expect(page.getByLabel('Type the name to confirm')).toBeVisible()
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/policy-lockout.png', fullPage: true })
  expect(await world.rows('SELECT 1 FROM conditional_access_policy WHERE display_name = $1', [name])).toEqual([])
})

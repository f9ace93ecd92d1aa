import { readFile } from 'node:fs/promises'
import { addresses, expect, test } from '../support/e2e'
import { aNewJoiner, enterAdministration, expectAccessible, forgetLimits, from } from '../support/journey'

/** What administrators learn of resets: the one that somebody calls about, the numbers, and whom a setting concerns. */

test('a reference opens what became of a reset; usage counts it; the settings say whom they concern', async ({
  page,
  browser,
  world,
}) => {
  test.setTimeout(360_000)
  await forgetLimits(world)
  await world.rows('DELETE FROM password_reset_throttle')
  // Somebody who has registered nothing, so there is no way on for them.
  const stuck = await aNewJoiner(world, 'rosa')
  const elsewhere = await browser.newContext({ baseURL: process.env.E2E_ORIGIN })
  const theirs = await elsewhere.newPage()
  await from(theirs, addresses.untrusted)
  await theirs.goto('/password-reset')
  await theirs.getByLabel('User name').fill(stuck.userPrincipalName)
  await theirs.getByRole('button', { name: 'Continue' }).click()
  await expect(theirs.getByRole('link', { name: /Code by email/ })).toBeVisible()
  await elsewhere.close()
  const [event] = await world.rows<{ reference: string }>(
    'SELECT reference FROM password_reset_event WHERE user_principal_name = $1',
    [stuck.userPrincipalName],
  )
  const reference = event?.reference ?? ''

  await enterAdministration(page, world)
  await test.step('the reference that is read out opens the event', async () => {
    await page.goto('/admin/password-resets')
    await expectAccessible(page)
    const spoken = `${reference.slice(0, 5).toLowerCase()} ${reference.slice(5).toLowerCase()}`
    await page.getByRole('searchbox', { name: 'Reference' }).fill(spoken)
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(reference)
    await expect(page.getByText('The person has too few methods registered').first()).toBeVisible()
    await expect(page.getByText('have them register another method')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('the sign-in log’s search for references leads there as well', async () => {
    await page.goto(`/admin/sign-in-log/reference?reference=${reference}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(reference)
  })

  await test.step('the list is filtered, and taken away as a file', async () => {
    await page.goto(`/admin/password-resets?user=${stuck.userPrincipalName}&outcome=refused`)
    await expect(page.getByRole('row', { name: new RegExp(reference) })).toContainText('Refused')
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as CSV' }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    expect(file).toContain(`${reference},`)
    expect(file).toContain('SSPR_0014')
    await page.goto('/admin/password-resets?user=nobody-of-this-name@harbor.example')
    await expect(page.getByText('Nothing matches.')).toBeVisible()
  })

  await test.step('the numbers have a picture, a table, and who could reset at all', async () => {
    await page.goto('/admin/password-resets/usage')
    await page.getByRole('link', { name: 'Last 24 hours' }).click()
    await expect(page.getByRole('img', { name: /^Last 24 hours: .* refused/ })).toBeVisible()
    await expect(page.getByRole('table', { name: 'All numbers by the hour' })).toBeVisible()
    await expect(page.getByRole('table', { name: 'What stood in the way' })).toContainText('too few methods')
    await expect(page.getByText(/people could reset their password now/)).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('a setting says before it is saved how everybody would stand', async () => {
    await page.goto('/admin/password-reset')
    await expect(page.getByText(/people are able to reset their password today/)).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('radio', { name: /^Nobody/ }).check()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByText(/Able to reset: \d+ people today, \d+ after this change/)).toBeVisible()
    await expect(page.getByRole('table', { name: 'How everybody would stand' })).toContainText('Password reset is off')
    await expectAccessible(page)
  })
})

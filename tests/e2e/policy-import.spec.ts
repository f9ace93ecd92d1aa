import { readFile } from 'node:fs/promises'
import { applications } from '@/lib/conditional-access/model'
import { expect, test } from '../support/e2e'
import { aGroupOf, enterAdministration, expectAccessible } from '../support/journey'
import { asArchive, policyFolder } from '../support/policy-folder'

/** Somebody moves here with fifty policies in a folder: looks, decides what ids mean, imports, finds them off, exports them. */

test('fifty policies come from a folder, looked at first and switched off', async ({ page, world }) => {
  await enterAdministration(page, world)
  const emergency = await aGroupOf(world, 'Emergency')
  const staff = await aGroupOf(world, 'Moved staff')
  const rows = () => world.rows(`SELECT state FROM conditional_access_policy WHERE display_name LIKE 'CA0%'`)

  await test.step('a broken file alone is refused with its line and column', async () => {
    await page.goto('/admin/conditional-access')
    await page.getByRole('link', { name: 'Import', exact: true }).click()
    await expectAccessible(page)
    const buffer = Buffer.from('{\n  "displayName": "CA",\n  "displayName": "CB"\n}')
    await page.getByLabel('Files').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer })
    await page.getByRole('button', { name: 'Look at what is in them' }).click()
    await expect(page.getByText('Line 3, column 3: a member is there twice')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('ten megabytes are refused in words', async () => {
    const buffer = Buffer.alloc(10_485_760, ' ')
    await page.getByLabel('Files').setInputFiles({ name: 'large.json', mimeType: 'application/json', buffer })
    await page.getByRole('button', { name: 'Look at what is in them' }).click()
    await expect(page.getByText('larger than 5 MB')).toBeVisible()
  })

  await test.step('the folder is uploaded and the dry run says what waits', async () => {
    const files = policyFolder().map(({ name, bytes }) => ({ name, mimeType: 'application/json', buffer: bytes }))
    await page.getByLabel('Files').setInputFiles(files)
    await page.getByRole('button', { name: 'Look at what is in them' }).click()
    await expect(page.getByText('4 as they are, 0 switched off for a reason, 45 waiting')).toBeVisible()
    await expect(page.getByText('CA099-cut off.json')).toBeVisible()
    await expect(page.getByText('Line 3, column 12: the text ends too early')).toBeVisible()
    await expectAccessible(page)
    expect(await rows()).toEqual([])
  })

  await test.step('a name that nobody has is refused beside its field, and what was typed stays', async () => {
    const group = page.getByLabel('or the name of the group here')
    await group.first().fill('Nobody of that name')
    await page.getByRole('button', { name: 'Save and look again' }).click()
    await expect(page.getByRole('alert').getByText('No group here has this name')).toBeVisible()
    await expect(group.first()).toHaveValue('Nobody of that name')
    await expectAccessible(page)
  })

  await test.step('ids are mapped or left out, in words', async () => {
    const of = (text: string) => page.getByRole('listitem').filter({ hasText: text })
    const breakGlass = of('aaaaaaaa-0001-4000-8000-000000000001').first()
    await breakGlass.getByLabel('or the name of the group here').fill(emergency)
    await of('aaaaaaaa-0001-4000-8000-000000000002').first().getByLabel('or the name').fill(staff)
    await of('known as Exchange Administrator')
      .getByRole('combobox')
      .selectOption({ label: 'Leave it out: those policies are about fewer' })
    const exchange = of('known as Office 365 Exchange Online').getByRole('combobox')
    await exchange.selectOption(applications.administration)
    await page.getByRole('button', { name: 'Save and look again' }).click()
    await expect(page.getByText('Your choices are kept')).toBeVisible()
    await expect(breakGlass.getByLabel('or the name of the group here')).toHaveValue(emergency)
    await page.getByRole('button', { name: 'Leave out all that is not decided' }).click()
    await expect(page.getByText('0 waiting for a decision, 2 refused.')).toBeVisible()
    const administrators = of('Phishing-resistant MFA for administrators').filter({ hasText: 'includeRoles[2]' })
    await expect(administrators.first()).toContainText('Without it the policy is about fewer')
    await expectAccessible(page)
  })

  await test.step('a changed choice is looked at before it is imported', async () => {
    await page.getByRole('checkbox', { name: /^Import CA001/ }).uncheck()
    await page.getByRole('button', { name: /^Import 51 things/ }).click()
    await expect(page.getByText('Look at it once more')).toBeVisible()
    await expect(page.getByText('0 waiting for a decision, 2 refused.')).toBeVisible()
    expect(await rows()).toEqual([])
    await page.getByRole('button', { name: 'Save, show the next ones' }).click()
    await expect(page.getByText('Page 2 of 2')).toBeVisible()
    await expect(page.getByText('Headquarters (imported)').first()).toBeVisible()
    await expect(page.getByText('198.51.100.17/24 was stored as 198.51.100.0/24')).toBeVisible()
  })

  await test.step('imported in one go, all off', async () => {
    await page.getByRole('button', { name: /^Import 50 things/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Imported' })).toBeVisible()
    await expectAccessible(page)
    const stored = await rows()
    expect(stored).toHaveLength(47)
    expect(new Set(stored.map(({ state }) => state))).toEqual(new Set(['disabled']))
    await page.getByRole('link', { name: 'See all policies' }).click()
    const row = page.getByRole('row').filter({ hasText: 'CA005-Global-Security info from trusted networks' })
    await expect(row).toContainText('Off')
    await expect(row).toContainText(emergency)
  })

  await test.step('the JSON view shows one as Graph writes it, also as plain text', async () => {
    await page.getByRole('link', { name: 'CA005-Global-Security info from trusted networks', exact: true }).click()
    await page.getByText('Show as JSON').click()
    await expect(page.locator('pre')).toContainText('"@odata.etag": "W/\\"1\\""')
    await page.getByRole('link', { name: 'Open as plain text' }).click()
    await expect(page.locator('body')).toContainText('urn:user:registersecurityinfo')
    await page.goBack()
  })

  await test.step('everything goes out as an archive, and comes back as what is here already', async () => {
    await page.goto('/admin/conditional-access/export')
    await expectAccessible(page)
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    const download = await waiting
    expect(download.suggestedFilename()).toBe('conditional-access.zip')
    const buffer = await readFile((await download.path()) ?? '')
    await page.goto('/admin/conditional-access/import')
    await page
      .getByLabel('Files')
      .setInputFiles({ name: 'conditional-access.zip', mimeType: 'application/zip', buffer })
    await page.getByRole('button', { name: 'Look at what is in them' }).click()
    await expect(page.getByText('No policy, no location and no strength would be made.')).toBeVisible()
    await page.getByRole('button', { name: 'Throw this upload away' }).click()
    await expect(page.getByText('Nothing was imported.')).toBeVisible()
  })

  await world.rows(`DELETE FROM conditional_access_policy WHERE display_name LIKE 'CA0%'`)
  await world.rows(
    `DELETE FROM named_location WHERE display_name IN ('Headquarters (imported)', 'Countries we do not work in')`,
  )
  await world.rows(`DELETE FROM authentication_strength_policy WHERE display_name = 'Enrolment strength'`)
})

test('an archive of another program is read like the folder', async ({ page, world }) => {
  await enterAdministration(page, world)
  await page.goto('/admin/conditional-access/import')
  const buffer = asArchive(policyFolder())
  await page.getByLabel('Files').setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer })
  await page.getByRole('button', { name: 'Look at what is in them' }).click()
  await expect(page.getByText('4 as they are, 0 switched off for a reason, 45 waiting')).toBeVisible()
  await page.setViewportSize({ width: 320, height: 720 })
  await expectAccessible(page)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(320)
  await page.getByRole('button', { name: 'Throw this upload away' }).click()
  await expect(page.getByText('Nothing was imported.')).toBeVisible()
})

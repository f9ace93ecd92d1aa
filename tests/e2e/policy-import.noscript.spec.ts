import { randomUUID } from 'node:crypto'
import { expect, test } from '../support/e2e'
import { enterAdministration } from '../support/journey'

/** Importing where scripts are switched off: upload, decide, look, import, read as plain text. */

test('without scripts, a policy is looked at, decided about and imported in report-only', async ({ page, world }) => {
  const name = `Plain import ${randomUUID().slice(0, 8)}`
  const policy = (displayName: string, group: string) => ({
    displayName,
    state: 'enabled',
    conditions: {
      users: { includeUsers: ['All'], excludeGroups: [group] },
      applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
    },
    grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  })
  const [staff] = await world.rows(`SELECT id::text FROM "group" WHERE display_name = 'Staff'`)
  const both = [policy(name, String(staff?.id)), policy(`${name} waiting`, '<group id>')]
  await enterAdministration(page, world)
  await page.goto('/admin/conditional-access/import')
  const buffer = Buffer.from(`\uFEFF${JSON.stringify(both)}`, 'utf16le')
  await page.getByLabel('Files').setInputFiles({ name: 'both.json', mimeType: 'application/json', buffer })
  await page.getByRole('button', { name: 'Look at what is in them' }).click()
  await expect(page.getByText('1 as they are, 0 switched off for a reason, 1 waiting')).toBeVisible()
  await page.getByRole('combobox').selectOption('leave')
  await page.getByRole('checkbox', { name: 'In report-only instead of off' }).check()
  await page.getByRole('button', { name: 'Save and look again' }).click()
  await expect(page.getByText('Without it the policy is about more.')).toBeVisible()
  await page.getByRole('button', { name: 'Import 2 things, none switched on' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Imported' })).toBeVisible()
  const stored = await world.rows(
    'SELECT state FROM conditional_access_policy WHERE display_name LIKE $1 ORDER BY display_name',
    [`${name}%`],
  )
  expect(stored.map(({ state }) => state)).toEqual(['enabledForReportingButNotEnforced', 'disabled'])
  await world.rows('DELETE FROM conditional_access_policy WHERE display_name LIKE $1', [`${name}%`])
})

import { randomUUID } from 'node:crypto'
import { expect, test } from '../support/e2e'
import { enterAdministration } from '../support/journey'

/** A list of people where scripts are switched off: upload, look, confirm, read as plain text. */

test('without scripts, a list of people is looked at and carried out', async ({ page, world }) => {
  test.setTimeout(120_000)
  const name = `plain.${randomUUID().slice(0, 8)}@harbor.example`
  await enterAdministration(page, world)
  await page.goto('/admin/people-and-groups')
  const buffer = Buffer.from(`upn;name;mail\n${name};Plain Person;\nbroken;X;`)
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'plain.csv', mimeType: 'text/csv', buffer })
  await page.getByRole('button', { name: 'Look at what it would do' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'plain.csv' })).toBeVisible()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('1 new, 0 changed, 0 as they are, 1 left out')).toBeVisible({ timeout: 1000 })
    await expect(page.getByRole('button', { name: 'Carry out 1 line' })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Carry out 1 line' }).click()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('1 line was left out. The others were carried out.')).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  const [row] = await world.rows('SELECT display_name FROM "user" WHERE user_principal_name = $1', [name])
  expect(row?.display_name).toBe('Plain Person')
  await world.rows('DELETE FROM "user" WHERE user_principal_name = $1', [name])
})

import { randomUUID } from 'node:crypto'
import { addresses, expect, test } from '../support/e2e'
import { castCode, castPerson, forgetLimits, from, signIn } from '../support/journey'

/** Passkey profiles where scripts are switched off: found, filled in, previewed, saved, deleted. */

test('without scripts, a profile is made from a found model and deleted again', async ({ page, world }) => {
  const name = `Plain ${randomUUID().slice(0, 6)}`
  const model = `Plain Key ${randomUUID().slice(0, 6)}`
  const aaguid = randomUUID()
  const typed = randomUUID()
  await world.rows(
    `INSERT INTO fido_model (aaguid, description, root_certificates, status_reports) VALUES ($1, $2, '{}', '[]')`,
    [aaguid, model],
  )
  const ada = castPerson('ada')
  await forgetLimits(world)
  await from(page, addresses.trusted)
  await signIn(page, ada)
  await page.getByLabel('Code from your authenticator app').fill(castCode(ada))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.goto('/admin/authentication-methods/passkey-profiles/new')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('radio', { name: /All but these models/ }).check()
  await page.getByLabel('AAGUIDs').fill(typed)
  await page.getByLabel('Find a model').fill(model)
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name)
  await expect(page.getByRole('radio', { name: /All but these models/ })).toBeChecked()
  await expect(page.getByLabel('AAGUIDs')).toHaveValue(typed)
  await page.getByRole('checkbox', { name: model }).check()
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByText(/^All but /)).toContainText(model)
  await expect(page.getByText(/^All but /)).toContainText(typed)
  await page.getByRole('button', { name: 'Save this change' }).click()
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('link', { name: 'Delete profile' }).click()
  await page.getByRole('button', { name: 'Save this change' }).click()
  await expect(page.getByText('Your change is saved')).toBeVisible()
  await expect(page.getByRole('row', { name })).toHaveCount(0)
  await world.rows('DELETE FROM fido_model WHERE aaguid = $1', [aaguid])
})

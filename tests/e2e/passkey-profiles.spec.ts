import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { addresses, expect, test, type World } from '../support/e2e'
import { castCode, castPerson, expectAccessible, forgetLimits, from, signIn } from '../support/journey'

/** The pages of passkey profiles: made, given to a group with a look at who loses what, taken back, deleted. */

const policyName = 'authenticationMethodsPolicy'
let stored: { document: unknown } | undefined

test.beforeEach(async ({ world }) => {
  stored = (
    await world.rows<{ document: unknown }>('SELECT document FROM tenant_policy WHERE name = $1', [policyName])
  )[0]
})

test.afterEach(async ({ world }) => {
  await world.rows('UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = $2', [
    JSON.stringify(stored?.document),
    policyName,
  ])
})

test('a profile is made from a model of the list, given to a group, and the passkeys that stop are named with the reason', async ({
  page,
  world,
}) => {
  const name = `Keys ${randomUUID().slice(0, 6)}`
  const model = `Harbor Key ${randomUUID().slice(0, 6)}`
  const aaguid = randomUUID()
  await world.rows(
    `INSERT INTO fido_model (aaguid, description, icon, root_certificates, status_reports)
     VALUES ($1, $2, $3, '{}', '[]')`,
    [aaguid, model, `data:image/png;base64,${tinyPicture}`],
  )
  await enterAdministration(page, world)
  await page.goto('/admin/authentication-methods/passkey')
  await page.getByRole('link', { name: 'Passkey profiles' }).click()
  await expect(page.getByRole('row', { name: /Default passkey profile/ })).toContainText('Everybody')
  await expectAccessible(page)

  await test.step('the form names what is wrong, finds a model by its name, and keeps what was typed', async () => {
    await page.getByRole('link', { name: 'New profile' }).click()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Give the profile a name')
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('checkbox', { name: /model must be proven/ }).check()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Synced passkeys can’t prove their model')
    await page.getByRole('checkbox', { name: /synced between devices/ }).uncheck()
    await page.getByRole('radio', { name: /Only these models/ }).check()
    await page.getByLabel('AAGUIDs').fill('YubiKey')
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByRole('alert').first()).toContainText('“YubiKey” is no AAGUID')
    await page.getByLabel('AAGUIDs').fill('')
    await page.getByLabel('Find a model').fill(model.toLowerCase())
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    const found = page.getByRole('checkbox', { name: model })
    await expect(page.getByText(`Models with “${model.toLowerCase()}”`)).toBeFocused()
    await found.check()
    const picture = await page.request.get(`/admin/authentication-methods/passkey-profiles/picture/${aaguid}`)
    expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/png'])
    await expectAccessible(page)
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByText(`Only ${model}`)).toBeVisible()
    await expect(page.getByText('No passkey that works today stops working.')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Save this change' }).click()
    await expect(page.getByRole('row', { name })).toContainText('Nobody yet')
  })

  await test.step('only this profile for everybody: who loses a passkey, and why', async () => {
    await page.getByRole('link', { name: 'Change who has which' }).click()
    const everybody = page.getByRole('group', { name: 'Everybody' })
    await everybody.getByRole('checkbox', { name: 'Default passkey profile' }).uncheck()
    await everybody.getByRole('checkbox', { name }).check()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByText(/passkeys of \d+ people would stop working/)).toBeVisible()
    await page.getByRole('link', { name: 'Show which, and why' }).click()
    await expect(page.getByText('It is synced, and only passkeys kept on one device fit.').first()).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Back to the change' }).click()
    await page.getByRole('link', { name: 'Go back and change it' }).click()
    await expect(everybody.getByRole('checkbox', { name })).toBeChecked()
  })

  await test.step('a group is put on the list and gets it beside what everybody has', async () => {
    await page
      .getByRole('group', { name: 'Everybody' })
      .getByRole('checkbox', { name: 'Default passkey profile' })
      .check()
    await page.getByRole('group', { name: 'Everybody' }).getByRole('checkbox', { name }).uncheck()
    await page.getByLabel('Find a group').fill('Sales')
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await page.getByRole('checkbox', { name: /^Sales/ }).check()
    await page.getByRole('button', { name: 'Add to the list' }).click()
    const sales = page.getByRole('group', { name: 'Sales', exact: true })
    await sales.getByRole('checkbox', { name }).check()
    await sales.getByRole('checkbox', { name: 'Default passkey profile' }).uncheck()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByText('No passkey that works today stops working.')).toBeVisible()
    await page.getByRole('button', { name: 'Save this change' }).click()
    await expect(page.getByRole('row', { name })).toContainText('Sales')
  })

  await test.step('while somebody has it, it stays; then it is deleted', async () => {
    await page.getByRole('link', { name, exact: true }).click()
    await expect(page.getByText('This profile can’t be deleted')).toContainText('Sales')
    await expect(page.getByRole('link', { name: 'Delete profile' })).toHaveCount(0)
    await page.getByRole('link', { name: 'Change who has it' }).click()
    await page.getByRole('group', { name: 'Sales', exact: true }).getByRole('checkbox', { name }).uncheck()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await page.getByRole('button', { name: 'Save this change' }).click()
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('link', { name: 'Delete profile' }).click()
    await expect(page.getByText('Nobody notices anything now')).toBeVisible()
    await page.getByRole('button', { name: 'Save this change' }).click()
    await expect(page.getByText('Your change is saved')).toBeVisible()
    await expect(page.getByRole('row', { name })).toHaveCount(0)
  })
  await world.rows('DELETE FROM fido_model WHERE aaguid = $1', [aaguid])
})

/** Signs the Global Administrator in, from the office, with password and app. */
async function enterAdministration(page: Page, world: World): Promise<void> {
  const ada = castPerson('ada')
  await forgetLimits(world)
  await from(page, addresses.trusted)
  await signIn(page, ada)
  await page.getByLabel('Code from your authenticator app').fill(castCode(ada))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await page.goto('/admin')
}

const tinyPicture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

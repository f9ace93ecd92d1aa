import { execFileSync } from 'node:child_process'
import { test as base, expect } from '@playwright/test'
import type { RunningProduct } from '../support/e2e-server'
import { startProduct } from '../support/e2e-server'
import { addAuthenticator, appCode } from '../support/journey'

// An installation without anybody in it: the operator's command makes the first administrator, who gets in with the
// pass, registers, and opens the admin area.

const test = base.extend<object, { product: RunningProduct }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const product = await startProduct({ seed: false })
      await use(product)
      await product.stop()
    },
    { scope: 'worker' },
  ],
})

test('the first administrator gets in with the pass, registers and opens the admin area', async ({ page, product }) => {
  const name = 'ada@harbor.example'
  const said = execFileSync(
    process.execPath,
    ['scripts/run.mjs', 'scripts/first-administrator.ts', name, 'Ada Moreau'],
    {
      env: { ...product.environment, MIGRATION_DATABASE_URL: product.ownerUrl, NODE_OPTIONS: '' },
      encoding: 'utf8',
    },
  )
  const pass = /Pass +(\S+)/.exec(said)?.[1] ?? ''
  await addAuthenticator(page)
  await page.goto(`${product.origin}/admin`)
  await page.getByRole('link', { name: 'Use a Temporary Access Pass' }).click()
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Temporary Access Pass', { exact: true }).fill(pass)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  // Administrators need two ways back in; with nothing set up yet by anybody, the wizard says which.
  await expect(page.getByRole('heading', { level: 1, name: 'Keep your account secure' })).toBeVisible()
  await page.getByRole('link', { name: 'Next' }).click()
  const mailbox = 'ada.private@mail.example'
  await page.getByLabel('Your email address').fill(mailbox)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  const { code } = await product.office.waitFor(({ to }) => to === mailbox, 15_000)
  await page.getByLabel('Code', { exact: true }).fill(code ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()

  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  await page.getByText('Can’t scan it?').click()
  const secret = await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()
  await page.getByLabel('Code from your app').fill(appCode(secret))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()

  // The pass somebody else made does not open the admin area; a method of one's own, used once, does.
  await page.waitForURL((url) => !url.pathname.startsWith('/security-info/register'))
  await page.goto(`${product.origin}/security-info/add/passkey`)
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith('/add/passkey') || url.search !== '')
  await page.goto(`${product.origin}/admin`)
  await page
    .getByRole('link', { name: /confirm|continue/i })
    .first()
    .click()
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await expect(page).toHaveURL(/\/admin$/)
  await page.getByRole('link', { name: 'Registrations', exact: true }).first().click()
  await expect(page.getByRole('main').getByText(name)).toBeVisible()
})

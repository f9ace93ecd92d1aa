import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { addresses, expect, test, type World } from '@/tests/support/e2e'
import { castCode, castPerson, expectAccessible, forgetLimits, from, signIn, signOut } from '@/tests/support/journey'

/** Ten codes on paper: turned on, made, used in the place of a lost phone, and made anew. */

const ben = castPerson('ben')
const ada = castPerson('ada')
const shape = /^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/

async function confirmWithApp(page: Page, world: World, person: typeof ben): Promise<void> {
  await forgetLimits(world)
  await page.getByLabel('Code from your authenticator app').fill(castCode(person))
  await page.getByRole('button', { name: 'Confirm' }).click()
}

async function shownCodes(page: Page): Promise<string[]> {
  const items = page.getByTestId('codes').getByRole('listitem')
  await expect(items).toHaveCount(10)
  const codes = await items.allInnerTexts()
  for (const code of codes) expect(code).toMatch(shape)
  return codes
}

function row(page: Page) {
  return page
    .getByRole('list', { name: 'Your sign-in methods' })
    .getByRole('listitem')
    .filter({ hasText: 'Recovery codes' })
}

let stored: unknown
test.beforeEach(async ({ world }) => {
  const [row] = await world.rows<{ document: unknown }>(
    `SELECT document FROM tenant_policy WHERE name = 'authenticationMethodsPolicy'`,
  )
  stored = row?.document
})
test.afterEach(async ({ world }) => {
  await world.rows(
    `DELETE FROM authentication_method m USING "user" u
     WHERE u.id = m.user_id AND u.user_principal_name = $1 AND m.kind = 'recoveryCodes'`,
    [ben.userPrincipalName],
  )
  await world.rows(
    `UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = 'authenticationMethodsPolicy'`,
    [JSON.stringify(stored)],
  )
})

test('recovery codes are turned on, made, used once each, and made anew', async ({ page, browser, world }) => {
  await forgetLimits(world)

  await test.step('the administrator turns them on', async () => {
    const context = await browser.newContext({ baseURL: process.env.E2E_ORIGIN })
    const desk = await context.newPage()
    await from(desk, addresses.trusted)
    await signIn(desk, ada)
    await confirmWithApp(desk, world, ada)
    await desk.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await desk.goto('/admin/authentication-methods/recoveryCodes')
    await desk.getByRole('radio', { name: /^On/ }).check()
    await expectAccessible(desk)
    await desk.getByRole('button', { name: 'See what this means' }).click()
    await desk.getByRole('button', { name: 'Save this change' }).click()
    await expect(desk.getByText('Your change is saved and counts from now on.')).toBeVisible()
    await context.close()
  })

  await signIn(page, ben)
  await confirmWithApp(page, world, ben)
  const codes = await test.step('ben makes codes, which are shown once', async () => {
    await page.getByRole('link', { name: 'Add a sign-in method' }).first().click()
    await page.getByRole('link', { name: /^Recovery codes/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Make recovery codes' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Make codes' }).click()
    await expect(page.getByRole('status')).toContainText('Save them before you leave this page.')
    const shown = await shownCodes(page)
    await expectAccessible(page)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as a text file' }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    for (const code of shown) expect(file).toContain(code)
    expect(file).toContain(ben.userPrincipalName)
    await page.reload()
    await expect(page.getByRole('heading', { level: 1, name: 'Make new recovery codes' })).toBeVisible()
    for (const code of shown) expect(await page.content()).not.toContain(code)
    await page.goto('/security-info')
    await expect(row(page)).toContainText('10 codes of 10 left')
    return shown
  })

  await test.step('without the phone, one of them is the second factor, and he is told', async () => {
    await signOut(page)
    await signIn(page, ben)
    await page.getByRole('link', { name: 'Use a recovery code' }).click()
    await expectAccessible(page)
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(`${codes[0]?.slice(0, 4)}-0000-0000-0000-0000`)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('alert').first()).toContainText('That isn’t one of your recovery codes.')
    const since = new Date()
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(` ${codes[0]?.toLowerCase().replaceAll('-', ' ')} `)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
    await expect(row(page)).toContainText('9 codes of 10 left')
    const { text } = await world.message(ben.userPrincipalName, since)
    expect(text).toContain('9 codes are left.')
  })

  await test.step('it does not work a second time', async () => {
    await signOut(page)
    await signIn(page, ben)
    await page.getByRole('link', { name: 'Use a recovery code' }).click()
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('alert').first()).toContainText('This recovery code was already used.')
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[1] ?? '')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  })

  await test.step('when three are left he is asked for new ones, which a code alone does not give', async () => {
    await world.rows(
      `UPDATE recovery_code SET used_at = now() WHERE id IN (
         SELECT c.id FROM recovery_code c JOIN authentication_method m ON m.id = c.method_id
         JOIN "user" u ON u.id = m.user_id WHERE u.user_principal_name = $1 AND c.used_at IS NULL LIMIT 5)`,
      [ben.userPrincipalName],
    )
    await page.goto('/security-info')
    await expect(page.getByText('Your recovery codes are running out')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Make new codes', exact: true }).click()
    await expect(page).toHaveURL(/\/sign-in\/verify/)
    await expect(page.getByRole('link', { name: 'Use a recovery code' })).toHaveCount(0)
    await confirmWithApp(page, world, ben)
    await page.getByRole('button', { name: 'Make new codes' }).click()
    const renewed = await shownCodes(page)
    expect(renewed.filter((code) => codes.includes(code))).toEqual([])
    await page.getByRole('link', { name: 'I have saved them' }).click()
    await expect(page.getByText('Your recovery codes are running out')).toHaveCount(0)
    await expect(row(page)).toContainText('10 codes of 10 left')
  })

  await test.step('without scripts they are made and used too', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: process.env.E2E_ORIGIN })
    const plain = await context.newPage()
    await signIn(plain, ben)
    await confirmWithApp(plain, world, ben)
    await plain.goto('/security-info/recovery-codes')
    await plain.getByRole('button', { name: 'Make new codes' }).click()
    const [first = ''] = await shownCodes(plain)
    await expect(plain.getByRole('link', { name: 'Download as a text file' })).toBeVisible()
    await expect(plain.getByRole('button', { name: 'Print' })).toBeHidden()
    await context.clearCookies()
    await signIn(plain, ben)
    await plain.getByRole('link', { name: 'Use a recovery code' }).click()
    await plain.getByRole('textbox', { name: 'Recovery code' }).fill(first)
    await plain.getByRole('button', { name: 'Confirm' }).click()
    await expect(plain.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
    await plain.goto('/security-info')
    await expect(row(plain)).toContainText('9 codes of 10 left')
    await context.close()
  })
})

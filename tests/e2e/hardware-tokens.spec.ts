import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { hotp } from '@/lib/authentication-methods/kinds/hardware-oath'
import { limits } from '@/lib/limits'
import { expect, test } from '@/tests/support/e2e'
import { aNewJoiner, castCode, castPerson, expectAccessible, forgetLimits, signIn } from '@/tests/support/journey'

/** A box of tokens arrives: it goes into the inventory, one is handed out, another is added by its serial number. */

const ada = castPerson('ada')
/** Base32 of `12345678901234567890`. */
const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const secret = Buffer.from('12345678901234567890')

/** What a token shows; a code counts once, so each use says how many steps ahead. */
const tokenCode = (ahead = 0) => hotp({ secret, algorithm: 'SHA1' }, Math.floor(Date.now() / 30_000) + ahead)

async function openToken(page: Page, serialNumber: string): Promise<void> {
  await page.goto(`/admin/hardware-tokens?search=${serialNumber}`)
  await page.getByRole('link', { name: serialNumber }).click()
  await expect(page.getByRole('heading', { level: 1, name: `Token ${serialNumber}` })).toBeVisible()
}

test('hardware tokens: uploaded with good and bad lines, handed out, used, and added by serial number', async ({
  page: desk,
  browser,
  world,
}) => {
  test.slow()
  await forgetLimits(world)
  const tom = await aNewJoiner(world, 'tom')

  await test.step('an administrator opens the empty inventory', async () => {
    await signIn(desk, ada)
    await desk.getByLabel('Code from your authenticator app').fill(castCode(ada))
    await desk.getByRole('button', { name: 'Confirm' }).click()
    await expect(desk).not.toHaveURL(/verify/)
    await desk.goto('/admin/hardware-tokens')
    await expect(desk.getByText('No tokens yet')).toBeVisible()
    await expectAccessible(desk)
    await desk.getByRole('link', { name: 'Upload tokens' }).click()
    await expectAccessible(desk)
  })

  await test.step('a file that is none is refused in words', async () => {
    await desk.getByLabel('File', { exact: true }).setInputFiles({
      name: 'picture.png',
      mimeType: 'image/png',
      buffer: Buffer.from('x'),
    })
    await desk.getByRole('button', { name: 'Upload' }).click()
    await expect(desk.getByText('Choose a file that ends in .csv')).toBeVisible()
    await expectAccessible(desk)
  })

  await test.step('a proof that is no longer fresh is asked for before a file is read, and before one is chosen', async () => {
    const upload = '/admin/hardware-tokens/upload'
    await desk.goto(upload)
    await desk.getByLabel('File', { exact: true }).setInputFiles({
      name: 'late.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('upn,serial number'),
    })
    world.turnClock(limits.freshness.destructiveAdministrationSeconds + 60)
    await desk.getByRole('button', { name: 'Upload' }).click()
    await expect(desk).toHaveURL(/\/sign-in\/verify\?/)
    await desk.goto(upload)
    await expect(desk.getByText('confirm first that it’s you')).toBeVisible()
    await expect(desk.getByLabel('File', { exact: true })).toHaveCount(0)
    await expectAccessible(desk)
    await desk.getByRole('link', { name: 'Confirm it’s you' }).click()
    await expect(desk).toHaveURL(/\/sign-in\/verify\?/)
    world.turnClock(0)
    await desk.goto(upload)
  })

  await test.step('uploads a list, watches it go in, and reads which lines were left out', async () => {
    const lines = [
      'upn,serial number,secret key,time interval,manufacturer,model',
      `,TOM-1,${key},30,Contoso,K1`,
      `,SPARE-1,${key},30,=1+1,K1`,
      `=cmd@harbor.example,BAD-1,${key},30,,`,
      `,SPARE-1,${key},30,,`,
      `,BAD-2,${key},45,,`,
      ...Array.from({ length: 3000 }, (_, index) => `,BOX-${index},${key},60,Contoso,K2`),
    ]
    const buffer = Buffer.from(`\uFEFF${lines.join('\r\n')}`, 'utf16le')
    await desk.getByLabel('File', { exact: true }).setInputFiles({ name: 'tokens.csv', mimeType: 'text/csv', buffer })
    await desk.getByRole('button', { name: 'Upload' }).click()
    await expect(desk.getByRole('heading', { level: 1, name: 'tokens.csv' })).toBeVisible()
    await expect(desk.getByRole('progressbar')).toBeVisible()
    // The page draws itself anew until the end.
    await expect(desk.getByText('3,002 imported, 3 left out')).toBeVisible({ timeout: 30_000 })
    await expect(desk.getByRole('progressbar')).toHaveAttribute('value', '100')
    await expect(desk.getByText('3 lines were left out')).toBeVisible()
    const row = (line: number) =>
      desk.getByRole('row').filter({ has: desk.getByRole('rowheader', { name: `${line}` }) })
    await expect(row(4)).toContainText('The user name is not a complete one')
    await expect(row(5)).toContainText('stands earlier in this file')
    await expect(row(6)).toContainText('must be 30 or 60')
    await expectAccessible(desk)
    const waiting = desk.waitForEvent('download')
    await desk.getByRole('link', { name: 'Download Failures_tokens.csv' }).click()
    const download = await waiting
    expect(download.suggestedFilename()).toBe('Failures_tokens.csv')
    const text = await readFile((await download.path()) ?? '', 'utf8')
    expect(text).toContain("4,'=cmd@harbor.example,BAD-1,")
    expect(text).not.toContain(key)
  })

  await test.step('looks through the inventory page by page', async () => {
    await desk.getByRole('link', { name: 'Go to the inventory' }).click()
    await desk.getByRole('link', { name: /Next/ }).click()
    await expect(desk.getByRole('row')).toHaveCount(51)
    await expectAccessible(desk)
  })

  await test.step('gives a token to a person and activates it', async () => {
    await openToken(desk, 'TOM-1')
    await expectAccessible(desk)
    await desk.getByLabel('User name').fill('nobody@harbor.example')
    await desk.getByRole('button', { name: 'Assign' }).click()
    await expect(desk.getByText('Nobody has this user name').first()).toBeVisible()
    await desk.getByLabel('User name').fill(tom.userPrincipalName)
    await desk.getByRole('button', { name: 'Assign' }).click()
    await expect(desk.getByRole('status')).toContainText('The token is assigned')
    await expectAccessible(desk)
    await desk.getByLabel('Code on the token').fill(tokenCode(-1))
    await desk.getByRole('button', { name: 'Activate' }).click()
    await expect(desk.getByRole('status')).toContainText('The token is activated')
    await expectAccessible(desk)
    await desk.getByRole('link', { name: tom.displayName }).click()
    await expect(desk.getByRole('heading', { name: 'Hardware tokens' })).toBeVisible()
    await expectAccessible(desk)
  })

  const page = await test.step('the person signs in with the code it shows', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await signIn(page, tom)
    await expect(page.getByRole('heading', { name: 'Enter the code from your token' })).toBeVisible()
    await expectAccessible(page)
    await page.getByLabel('Code on your hardware token').fill(tokenCode())
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page).toHaveURL(/\/security-info/)
    await expect(page.getByText('Serial number TOM-1').first()).toBeVisible()
    await expectAccessible(page)
    return page
  })

  await test.step('and adds the spare one by the number on its back', async () => {
    await page.goto('/security-info/add')
    await page.getByRole('link', { name: 'Hardware token' }).click()
    await expectAccessible(page)
    await page.getByLabel('Serial number').fill('tom-1')
    await page.getByRole('button', { name: 'Next' }).click()
    await expect(page.getByText('We can’t add a token with this number').first()).toBeVisible()
    await page.getByLabel('Serial number').fill('spare-1')
    await page.getByLabel('Name').fill('Key ring')
    await page.getByRole('button', { name: 'Next' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Enter the code on your token' })).toBeVisible()
    await expectAccessible(page)
    await page.getByLabel('Code on the token').fill(tokenCode())
    await page.getByRole('button', { name: 'Add token' }).click()
    await expect(page.getByText('Your hardware token is set up.')).toBeVisible()
    await expect(page.getByText('Serial number SPARE-1').first()).toBeVisible()
    await page.context().close()
  })

  await test.step('the administrator takes the first one back, and it is free again', async () => {
    await openToken(desk, 'TOM-1')
    await desk.getByRole('button', { name: 'Take back' }).click()
    await expect(desk.getByRole('status')).toContainText('The token is back in the inventory')
    await desk.getByRole('button', { name: 'Delete token' }).click()
    await expect(desk.getByRole('status')).toContainText('The token is deleted')
  })
})

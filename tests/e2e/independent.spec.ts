import { execFileSync, spawnSync } from 'node:child_process'
import { addresses, expect, test } from '../support/e2e'
import { aNewJoiner, forgetLimits, from, signIn } from '../support/journey'

// Programs by other people agree with the product: a code generator and a reader of QR codes.
// Both are Debian packages; where they cannot be installed the test says so and is skipped.

function has(program: string, packageName: string): boolean {
  const found = () => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
  if (found()) return true
  if (process.getuid?.() === 0) spawnSync('apt-get', ['install', '-y', '-qq', packageName], { timeout: 120_000 })
  return found()
}

async function showCode(page: import('@playwright/test').Page): Promise<void> {
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('link', { name: 'set up a different method' }).click()
  await page.getByRole('link', { name: /^Authenticator app/ }).click()
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
}

test.beforeEach(async ({ world }) => forgetLimits(world))

test('oathtool makes the codes that finish registering and signing in', async ({ page, world }) => {
  test.skip(!has('oathtool', 'oathtool'), 'oathtool is not installed')
  const person = await aNewJoiner(world, 'oath')
  await from(page, addresses.trusted)
  await signIn(page, person)
  await showCode(page)
  await page.getByText('Can’t scan it?').click()
  const secret = (await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()).replace(/\s/g, '')
  const code = (ahead: number) =>
    execFileSync('oathtool', ['--totp', '--base32', `--now=@${Math.floor(Date.now() / 1000) + ahead}`, secret], {
      encoding: 'utf8',
    }).trim()
  await page.getByLabel('Code from your app').fill(code(0))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()

  await page.context().clearCookies()
  await signIn(page, person)
  await expect(page).toHaveURL(/\/sign-in\/verify/)
  // The code that finished registering is used up; the next one is not.
  await page.getByRole('textbox', { name: /code/i }).fill(code(30))
  await page
    .getByRole('button', { name: /confirm|verify|sign in|continue/i })
    .first()
    .click()
  await expect(page).not.toHaveURL(/\/sign-in/)
})

test('zbarimg reads the QR code from a picture of the page', async ({ page, world }, info) => {
  test.skip(!has('zbarimg', 'zbar-tools'), 'zbarimg is not installed')
  const person = await aNewJoiner(world, 'zbar')
  await from(page, addresses.trusted)
  await signIn(page, person)
  await showCode(page)
  const picture = info.outputPath('qr.png')
  await page.screenshot({ path: picture })
  const read = execFileSync('zbarimg', ['--quiet', '--raw', picture], { encoding: 'utf8' }).trim()
  const uri = new URL(read)
  await page.getByText('Can’t scan it?').click()
  const secret = (await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()).replace(/\s/g, '')
  expect(uri.protocol).toBe('otpauth:')
  expect(uri.searchParams.get('secret')).toBe(secret)
  expect(uri.searchParams.get('issuer')).toBe('Harbor')
  expect(decodeURIComponent(uri.pathname)).toContain(person.userPrincipalName)
})

import type { Browser } from '@playwright/test'
import {
  accountOf,
  beginAnew,
  chooseNew,
  type DirectoryOfJourney,
  decideReset,
  identify,
  moveIn,
  moveOut,
  passwords,
  proveByApp,
  proveByMail,
  resetPolicy,
  signInThere,
} from './directory-journey'
import { expect, test } from './e2e'
import { castPerson, expectAccessible, from } from './journey'

/** Getting back in, and changing a password, where a real directory keeps it. The same journeys at every kind of directory. */

const ben = castPerson('ben')
const hugo = castPerson('hugo')
const { first, second, third } = passwords
const selfService = {
  ...{ isUnlockAllowed: false, isLockoutEndedByUnlock: false, isPasskeyAccepted: false, isWritebackAllowed: true },
  ...{ refusalDetail: 'uniform', isPersonNotified: true, areAdministratorsNotified: true, helpdesk: null },
}

export function directoryJourneys(about: {
  readonly title: string
  /** Null where its server is not installed: each journey is skipped by name. */
  readonly start: (() => Promise<DirectoryOfJourney>) | null
  /** Fits the rules here and not those of the directory, and what it is told in. */
  readonly refused: { readonly password: string; readonly words: RegExp }
  /** The request of a reset, counted in one conversation: signing in, looking at the entry, the password. */
  readonly resetRequest: number
  readonly address: string
}): void {
  const { title, start, refused, resetRequest, address } = about
  test.describe(title, () => {
    test.skip(start === null, `${title}: its server is not installed here`)
    let directory: DirectoryOfJourney
    let name = ''
    let policy: object = {}

    test.beforeAll(async () => {
      test.setTimeout(180_000)
      if (start) directory = await start()
    })
    test.afterAll(() => directory?.stop())

    test.beforeEach(async ({ page, world }) => {
      directory.relay.mend()
      await moveOut(world, [ben, hugo])
      await beginAnew(world)
      policy = await resetPolicy(world)
      name = await moveIn(world, directory, [ben, hugo])
      await from(page, address)
    })
    test.afterEach(async ({ world }) => {
      directory.relay.mend()
      await decideReset(world, policy)
      await moveOut(world, [ben, hugo])
    })

    test('forgotten: two proofs, refused by its rules in its words, then set there', async ({ page, world }) => {
      test.setTimeout(120_000)
      await decideReset(world, { ...policy, numberOfMethodsRequired: 2, selfService })
      await identify(page, ben)
      await proveByMail(page, world, ben)
      await proveByApp(page, ben)
      await expect(page.getByRole('heading', { level: 1, name: 'Choose a new password' })).toBeVisible()
      await chooseNew(page, refused.password)
      await expect(page.getByRole('alert').first()).toContainText(refused.words)
      // Nothing is lost: the proofs stand, and the old password holds.
      expect(await directory.takes('ben', first)).toBe(true)
      await expectAccessible(page)
      await chooseNew(page, second)
      await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
      expect(await directory.takes('ben', second)).toBe(true)
    })

    test('an administrator needs two proofs, where others need one', async ({ page, world }) => {
      test.setTimeout(120_000)
      await decideReset(world, { ...policy, numberOfMethodsRequired: 1, selfService })
      await identify(page, hugo)
      await proveByApp(page, hugo)
      await expect(page.getByRole('heading', { level: 1, name: 'One more proof' })).toBeVisible()
      await proveByMail(page, world, hugo)
      await chooseNew(page, second)
      await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
      expect(await directory.takes('hugo', second)).toBe(true)
    })

    test('locked there: whoever knows the password only ends the lock', async ({ page, world }) => {
      test.setTimeout(120_000)
      await decideReset(world, {
        ...{ ...policy, numberOfMethodsRequired: 1 },
        selfService: { ...selfService, isUnlockAllowed: true },
      })
      for (let wrong = 0; wrong < 5 && !(await directory.isLocked('ben')); wrong++)
        await directory.takes('ben', `Wrong-Password-${wrong}`)
      expect(await directory.isLocked('ben')).toBe(true)
      await identify(page, ben)
      await page.getByRole('radio', { name: /^I know my password/ }).check()
      await page.getByRole('button', { name: 'Continue' }).click()
      await proveByApp(page, ben)
      await page.getByRole('button', { name: 'Unlock my account' }).click()
      await expect(page.getByRole('heading', { name: 'Your account is unlocked' })).toBeVisible()
      expect(await directory.isLocked('ben')).toBe(false)
      expect(await directory.takes('ben', first)).toBe(true)
    })

    test('it falls silent in the middle: told so, never as a success, and found out', async ({ page, world }) => {
      test.setTimeout(180_000)
      await decideReset(world, { ...policy, numberOfMethodsRequired: 1, selfService })
      await identify(page, ben)
      await proveByApp(page, ben)
      directory.relay.breakAt(resetRequest, 'answer')
      await chooseNew(page, second)
      await expect(page.getByRole('heading', { level: 1, name: 'We’re finding out' })).toBeVisible()
      await expectAccessible(page)
      directory.relay.mend()
      await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible({ timeout: 60_000 })
      expect(await directory.takes('ben', second)).toBe(true)
      const kept = await world.rows(`SELECT 1 FROM password_reset WHERE new_password_sealed IS NOT NULL`)
      expect(kept).toEqual([])
    })

    test('over at sign-in: proven, replaced there, and changed once more on one’s own page', async ({ page }) => {
      test.setTimeout(180_000)
      await directory.expire('ben')
      await signInThere(page, ben, first)
      await expect(page.getByRole('heading', { level: 1, name: 'Choose a new password' })).toBeVisible()
      await expectAccessible(page)
      await page.goto('/security-info')
      await expect(page).toHaveURL(/\/sign-in\/new-password/)
      await change(first, refused.password, 'Set password and go on')
      await expect(page.getByRole('alert').first()).toContainText(refused.words)
      await change(first, second, 'Set password and go on')
      await expect(page).toHaveURL(/\/security-info/)
      expect(await directory.takes('ben', second)).toBe(true)

      await page.goto('/security-info/password')
      await expect(page.getByText(`It lives in ${name}`)).toBeVisible()
      await expectAccessible(page)
      await change('Not-The-Password-9', third, 'Change password')
      await expect(page.getByRole('alert').first()).toContainText('That isn’t the password you have now')
      await change(second, third, 'Change password')
      await expect(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible()
      expect(await directory.takes('ben', third)).toBe(true)

      async function change(current: string, next: string, button: string): Promise<void> {
        await page.getByLabel('Password you have now').fill(current)
        await page.getByLabel('New password', { exact: true }).fill(next)
        await page.getByRole('button', { name: button }).click()
      }
    })

    test('the help desk: a temporary password there, and a pass that opens while it is away', async ({
      page: desk,
      browser,
      world,
    }) => {
      // Four people's worth of signing in: slow where the machine is.
      test.setTimeout(240_000)
      await signInThere(desk, hugo, first)
      const [row] = await world.rows<{ id: string }>(`SELECT id FROM "user" WHERE user_principal_name = $1`, [
        ben.userPrincipalName,
      ])
      await desk.goto(`/admin/users/${row?.id}`)
      await expect(desk.getByText(`Lives in ${name}`)).toBeVisible()
      await expect(desk.getByText('New passwords are set there from here.')).toBeVisible()
      await expectAccessible(desk)
      await desk.getByRole('link', { name: 'Issue a temporary password' }).click()
      await desk.getByRole('button', { name: 'Issue the password' }).click()
      const temporary = (await desk.getByTestId('temporary-password').innerText()).replace(/\s/g, '')
      await expect(desk.getByText('Until a new one is set at the next sign-in')).toBeVisible()
      await desk.goto(`/admin/users/${row?.id}/pass`)
      await desk.getByRole('button', { name: 'Issue the pass' }).click()
      const pass = (await desk.getByTestId('pass').innerText()).replace(/\s/g, '')

      const owner = await elsewhere(browser)
      await signInThere(owner.page, ben, temporary)
      await expect(owner.page.getByRole('heading', { level: 1, name: 'Choose a new password' })).toBeVisible()
      await owner.page.getByLabel('Password you have now').fill(temporary)
      await owner.page.getByLabel('New password', { exact: true }).fill(second)
      await owner.page.getByRole('button', { name: 'Set password and go on' }).click()
      await expect(owner.page).toHaveURL(/\/security-info/)
      expect(await directory.takes(accountOf(ben), second)).toBe(true)
      await owner.close()

      directory.relay.breakAt(1, 'request')
      const away = await elsewhere(browser)
      await away.page.goto('/sign-in')
      await away.page.getByLabel('User name').fill(ben.userPrincipalName)
      await away.page.getByLabel('Password', { exact: true }).fill(second)
      await away.page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(away.page.getByRole('alert').first()).toContainText('We couldn’t check this password')
      await away.page.goto('/sign-in/pass')
      await away.page.getByLabel('User name').fill(ben.userPrincipalName)
      await away.page.getByLabel('Temporary Access Pass', { exact: true }).fill(pass)
      await away.page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(away.page).toHaveURL(/\/security-info/)
      await away.close()
    })

    async function elsewhere(browser: Browser) {
      const context = await browser.newContext({ extraHTTPHeaders: { 'X-Forwarded-For': address } })
      return { page: await context.newPage(), close: () => context.close() }
    }
  })
}

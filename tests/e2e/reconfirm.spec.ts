import type { Page } from '@playwright/test'
import { expect, test, type World } from '../support/e2e'
import { aNewJoiner, enter, expectAccessible, type Person, registerApp, signOut } from '../support/journey'

/** What was registered long ago is shown again: put off, changed, confirmed; with scripts and without. */

const title = 'Make sure you can always get back in'

const reconfirmDays = (days: number) =>
  `UPDATE tenant_policy SET document = jsonb_set(document, '{reconfirmDays}', '${days}')
   WHERE name = 'passwordResetPolicy'`

test('the review asks at each sign-in until somebody says that all is right', async ({ page, browser, world }) => {
  const person = await aNewJoiner(world, 'rita')
  const secret = await registerApp(page, person)
  await world.rows(reconfirmDays(180))
  try {
    // Registered a moment ago: nothing to ask yet.
    await signInAgain(page, world, person, secret)
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()

    const longAgo = await confirmedDaysAgo(world, person, 181)
    await signInAgain(page, world, person, secret)
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeFocused()
    await expect(page.getByRole('list', { name: 'Your methods' })).toContainText('Authenticator app')
    await expectAccessible(page)
    await page.reload()
    await page.goto('/security-info/register/done')
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
    await expect(page.getByText('Here is where you are now.')).toBeVisible()
    await page.getByRole('button', { name: 'Not now' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()

    // Wherever somebody was going, changing something leads to where it can be changed.
    await signOut(page)
    await page.goto('/sign-in?returnTo=%2Fsecurity-info%2Fsessions')
    await enter(page, world, person, secret)
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
    await page.getByRole('button', { name: 'Change something' }).click()
    await expect(page).toHaveURL(/\/security-info$/)
    expect(await confirmedAt(world, person)).toEqual(longAgo)

    // The keyboard alone, where scripts are switched off.
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const other = await plain.newPage()
    await other.goto('/sign-in')
    await enter(other, world, person, secret)
    await expect(other.getByRole('heading', { level: 1, name: title })).toBeVisible()
    await other.getByRole('button', { name: 'Looks good' }).focus()
    await other.keyboard.press('Enter')
    await expect(other.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
    await plain.close()
    expect(Number(await confirmedAt(world, person))).toBeGreaterThan(Date.now() - 60_000)
    const events = await world.rows(
      `SELECT outcome FROM audit_event JOIN "user" ON "user".id::text = target_id
       WHERE user_principal_name = $1 AND activity = 'User reviewed security info'`,
      [person.userPrincipalName],
    )
    expect(events).toEqual([{ outcome: 'success' }])

    await signInAgain(page, world, person, secret)
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  } finally {
    await world.rows(reconfirmDays(0))
  }
})

async function signInAgain(page: Page, world: World, person: Person, secret: string): Promise<void> {
  await signOut(page)
  await enter(page, world, person, secret)
}

async function confirmedDaysAgo(world: World, person: Person, days: number): Promise<Date | null> {
  await world.rows(
    `UPDATE "user" SET security_info_confirmed_at = now() - make_interval(days => $2) WHERE user_principal_name = $1`,
    [person.userPrincipalName, days],
  )
  return confirmedAt(world, person)
}

async function confirmedAt(world: World, person: Person): Promise<Date | null> {
  const [row] = await world.rows<{ at: Date | null }>(
    `SELECT security_info_confirmed_at AS at FROM "user" WHERE user_principal_name = $1`,
    [person.userPrincipalName],
  )
  return row?.at ?? null
}

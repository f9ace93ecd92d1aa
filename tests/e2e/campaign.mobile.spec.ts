import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e'
import {
  addAuthenticator,
  aGroupOf,
  aNewJoiner,
  enter,
  enterAdministration,
  expectAccessible,
  registerApp,
  signOut,
} from '../support/journey'

/** The registration campaign on a phone: reminded, put off, put off by closing, required, registered. */

test.use({
  hasTouch: true,
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
})

const day = 86_400
const improve = { level: 1, name: 'Improve how you sign in' } as const
const securityInfo = { level: 1, name: 'Security info' } as const
const skip = (page: Page, words: string) => page.getByRole('button', { name: words })

test('a campaign for passkeys: three skips, then required, and done with a touch', async ({ page, browser, world }) => {
  const person = await aNewJoiner(world, 'cora')
  const group = await aGroupOf(world, 'Crew', person)
  const secret = await registerApp(page, person)

  try {
    await test.step('an administrator starts it, on a phone too', async () => {
      await signOut(page)
      await enterAdministration(page, world)
      await page.goto('/admin/registration/campaign')
      await page.getByRole('radio', { name: /^On/ }).check()
      await page.getByLabel('Days until the next reminder').fill('15')
      await page.getByRole('radio', { name: /^Certain people and groups/ }).check()
      const groups = page.getByRole('group', { name: 'People and groups it is about' })
      await groups.getByLabel('Find people and groups').fill(group)
      await groups.getByRole('button', { name: 'Find' }).click()
      await groups.getByRole('checkbox', { name: group }).check()
      await page.getByRole('button', { name: 'See what this means' }).click()
      await expect(page.getByRole('alert').first()).toContainText('Enter a whole number from 0 to 14.')
      await page.getByLabel('Days until the next reminder').fill('1')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'See what this means' }).click()
      await expect(page.getByText('1 person is reminded')).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Save this change' }).click()
      await expect(page.getByText('Your change is saved and counts from now on.')).toBeVisible()
    })

    await signOut(page)
    await enter(page, world, person, secret)
    await expect(page.getByRole('heading', improve)).toBeFocused()
    await expectAccessible(page)
    await expect(page.getByText('We will ask you again tomorrow at the earliest.')).toBeVisible()
    await skip(page, 'Skip for now (3 skips left)').click()
    await expect(page.getByRole('heading', securityInfo)).toBeVisible()

    await test.step('not again on the same day', async () => {
      await signOut(page)
      await enter(page, world, person, secret)
      await expect(page.getByRole('heading', securityInfo)).toBeVisible()
    })

    await test.step('closing the browser is a skip', async () => {
      world.turnClock(day + 60)
      await signOut(page)
      await enter(page, world, person, secret, day + 60)
      await expect(skip(page, 'Skip for now (2 skips left)')).toBeVisible()
    })

    await test.step('the last one, without scripts', async () => {
      world.turnClock(2 * day + 120)
      const plain = await browser.newContext({ javaScriptEnabled: false })
      const other = await plain.newPage()
      await other.goto('/sign-in')
      await enter(other, world, person, secret, 2 * day + 120)
      await skip(other, 'Skip for now (1 skip left)').click()
      await expect(other.getByRole('heading', securityInfo)).toBeVisible()
      await plain.close()
    })

    world.turnClock(3 * day + 180)
    await test.step('a browser that can make no passkey keeps nobody out', async () => {
      const plain = await browser.newContext({ javaScriptEnabled: false })
      const other = await plain.newPage()
      await other.goto('/sign-in')
      await enter(other, world, person, secret, 3 * day + 180)
      await expect(other.getByText('You have skipped this as often as you could')).toBeVisible()
      await expect(other.getByRole('button', { name: /^Skip/ })).toHaveCount(0)
      await other.getByRole('link', { name: 'Next' }).click()
      await other.getByRole('button', { name: 'Go on without it for now' }).filter({ visible: true }).click()
      await expect(other.getByRole('heading', securityInfo)).toBeVisible()
      await plain.close()
    })

    await test.step('then it is required, and registered', async () => {
      await addAuthenticator(page)
      await signOut(page)
      await enter(page, world, person, secret, 3 * day + 180)
      await expect(page.getByText('You have skipped this as often as you could')).toBeVisible()
      await expect(page.getByRole('button', { name: /^Skip/ })).toHaveCount(0)
      await expectAccessible(page)
      await page.goto('/security-info')
      await expect(page.getByRole('heading', improve)).toBeVisible()
      await page.getByRole('link', { name: 'Next' }).click()
      await expect(page.getByRole('link', { name: 'I want to set up a different method' })).toHaveCount(0)
      await page.getByRole('button', { name: 'Create a passkey' }).click()
      await page.getByLabel('Name of this passkey').fill('My phone')
      await page.getByRole('button', { name: 'Next' }).click()
      await expect(page.getByRole('list', { name: 'Your methods' })).toContainText('My phone')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Done' }).click()
      await expect(page.getByRole('heading', securityInfo)).toBeVisible()
    })

    const [row] = await world.rows<{ campaign_snoozes: number }>(
      `SELECT campaign_snoozes FROM "user" WHERE user_principal_name = $1`,
      [person.userPrincipalName],
    )
    expect(row?.campaign_snoozes).toBe(0)
  } finally {
    await world.rows(`DELETE FROM tenant_policy WHERE name = 'registrationCampaign'`)
  }
})

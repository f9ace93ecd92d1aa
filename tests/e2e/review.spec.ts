import type { Page } from '@playwright/test'
import { expect, test, type World } from '@/tests/support/e2e'
import { castCode, castPerson, expectAccessible, forgetLimits, signIn } from '@/tests/support/journey'

/** An administrator reviews who has registered what, and what was done. */

async function enter(page: Page, world: World, name: string): Promise<void> {
  await forgetLimits(world)
  const person = castPerson(name)
  await signIn(page, person)
  await page.getByLabel('Code from your authenticator app').fill(castCode(person))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).not.toHaveURL(/verify/)
}

const namesIn = async (page: Page) =>
  (await page.getByRole('rowheader').getByRole('link').allInnerTexts()).map((name) => name.trim())

test('registrations: numbers lead to lists, and lists are searched, filtered, sorted and paged', async ({
  page,
  world,
}) => {
  await enter(page, world, 'ada')

  await test.step('the overview leads to the list that it counts', async () => {
    await page.goto('/admin')
    await expectAccessible(page)
    const link = page.getByRole('link', { name: /Nothing registered yet/ })
    const count = Number(/\d+/.exec(await link.innerText())?.[0])
    await link.click()
    await expect(page.getByRole('heading', { level: 1, name: 'Registrations' })).toBeVisible()
    expect(await namesIn(page)).toHaveLength(count)
  })

  await test.step('search finds by name, in any case, and says when nobody fits', async () => {
    await page.goto('/admin/users')
    await expectAccessible(page)
    await page.getByLabel('Name or user name').fill('OKAFOR')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByRole('row', { name: /Ben Okafor/ })).toContainText('Authenticator app')
    expect(await namesIn(page)).toEqual(['Ben Okafor'])
    await page.goto('/admin/users?search=nobody-of-this-name')
    await expect(page.getByText('Nobody fits')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Clear filters' }).first().click()
    expect((await namesIn(page)).length).toBeGreaterThan(10)
  })

  await test.step('on a phone only the search stands above the list, unless a filter is set', async () => {
    const { width, height } = page.viewportSize() ?? { width: 1280, height: 900 }
    await page.setViewportSize({ width: 390, height: 844 })
    const filter = page.getByLabel('MFA capable')
    await expect(filter).toBeHidden()
    await page.getByText('More filters').click()
    await filter.selectOption('no')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page).toHaveURL(/mfa=no/)
    await expect(filter).toBeVisible()
    await expectAccessible(page)
    await page.setViewportSize({ width, height })
    await page.goto('/admin/users')
    await expect(filter).toBeVisible()
  })

  await test.step('filters narrow, and stay when the order changes', async () => {
    await page.getByLabel('Passwordless capable').selectOption('yes')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page).toHaveURL(/passwordless=yes/)
    const ascending = await namesIn(page)
    expect(ascending).toEqual(ascending.toSorted((one, other) => (one < other ? -1 : 1)))
    await page.getByRole('link', { name: 'Person' }).click()
    await expect(page).toHaveURL(/passwordless=yes.*direction=descending/)
    await expect(page.getByRole('columnheader', { name: 'Person' })).toHaveAttribute('aria-sort', 'descending')
    expect(await namesIn(page)).toEqual(ascending.toReversed())
  })

  await test.step('pages follow each other without gap or overlap', async () => {
    await page.goto('/admin/users')
    const first = await namesIn(page)
    await page.getByRole('link', { name: 'Next page' }).click()
    const second = await namesIn(page)
    const [{ count } = { count: 0 }] = await world.rows<{ count: number }>(
      'SELECT count(*)::int AS count FROM "user" WHERE account_enabled',
    )
    expect(first.length + second.length).toBe(Math.min(count, 100))
    const last = first.at(-1) ?? ''
    expect(last <= (second[0] ?? '')).toBe(true)
    await page.getByRole('link', { name: 'First page' }).click()
    expect(await namesIn(page)).toEqual(first)
  })
})

test('a person: what works is masked, and nobody acts above themselves or on themselves', async ({ page, world }) => {
  await enter(page, world, 'hugo')
  await page.goto('/admin/users?search=ben%40')
  await page.getByRole('link', { name: 'Ben Okafor' }).click()
  await expectAccessible(page)
  const [contact] = await world.rows<{ phone_number: string }>(
    `SELECT phone_number FROM phone JOIN authentication_method m ON m.id = method_id
     JOIN "user" u ON u.id = m.user_id WHERE user_principal_name = 'ben@harbor.example'`,
  )
  expect(await page.content()).not.toContain(contact?.phone_number.slice(1, -2) ?? 'no phone')
  await expect(page.getByRole('link', { name: 'Issue a pass' })).toBeVisible()

  await page.goto('/admin/users?search=ada%40')
  await page.getByRole('link', { name: 'Ada Moreau' }).click()
  await expect(page.getByRole('button', { name: 'Issue a pass' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText('This person has a role above yours').first()).toBeVisible()
  await expectAccessible(page)
  expect((await page.goto(`${page.url()}/pass`))?.status()).toBe(404)

  await page.goto('/admin/users?search=hugo%40')
  await page.getByRole('link', { name: 'Hugo Brandt' }).click()
  await expect(page.getByText('This is your own account')).toBeVisible()
  await expect(page.getByRole('link', { name: /^Delete/ })).toHaveCount(0)
  await expectAccessible(page)
})

test('the audit log: filters, a sentence for each entry, and its details', async ({ page, world }) => {
  await enter(page, world, 'rae')
  await page.goto('/admin/audit-log')
  await expectAccessible(page)
  await page.getByLabel('Activity').selectOption('App: user signed in')
  await page.getByLabel('Done by (user name)').fill('RAE@harbor.example')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('link', { name: 'Rae Whitfield signed in' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Rae Whitfield signed in' })).toBeVisible()
  await expect(page.getByText('told by a trusted proxy')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Everything that belongs together' }).click()
  await expect(page).toHaveURL(/audit-log\?text=/)
  await expect(page.getByRole('link', { name: 'Rae Whitfield signed in' })).toBeVisible()

  const reads = await world.rows(`SELECT 1 FROM audit_event WHERE activity = 'App: audit log read'`)
  expect(reads.length).toBeGreaterThanOrEqual(3)
  await page.goto('/admin/audit-log?initiator=nobody%40harbor.example')
  await expect(page.getByText('There is nobody with this user name')).toBeVisible()
})

test('the sign-in log shows what each policy did and why', async ({ page, world }) => {
  await enter(page, world, 'ada')
  await page.goto('/admin/sign-in-log')
  await expectAccessible(page)
  await page.getByLabel('User name').fill('ada@harbor.example')
  await page.getByLabel('Result', { exact: true }).selectOption('success')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('rowheader').getByRole('link', { name: 'Ada Moreau' }).first().click()
  await expect(page.getByRole('heading', { name: 'Conditional Access policies' })).toBeVisible()
  await expect(page.getByText('Multifactor authentication for everybody')).toBeVisible()
  await expect(page.getByText('Applied and met')).toBeVisible()
  await expectAccessible(page)
})

test('without a right a page does not exist; without the admin cookie the way in is explained', async ({
  page,
  world,
  context,
}) => {
  await enter(page, world, 'hugo')
  for (const path of ['/admin/audit-log', '/admin/sign-in-log', '/admin/users/nobody']) {
    expect((await page.goto(path))?.status(), path).toBe(404)
  }
  await context.clearCookies({ name: '__Host-twofold-admin' })
  await page.goto('/admin/users?search=ben')
  await expect(page).toHaveURL(/\/admin\/enter/)
  await expect(page.getByRole('heading', { name: 'One more step to open Administration' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Confirm it’s you' }).click()
  await expect(page).toHaveURL(/\/sign-in\/verify\?returnTo=%2Fadmin%2Fusers/)

  // Somebody without any role learns nothing, not even that there is an admin area.
  await context.clearCookies()
  await enter(page, world, 'cia')
  expect((await page.goto('/admin'))?.status()).toBe(404)
  expect((await page.goto('/admin/users'))?.status()).toBe(404)
})

test('the keyboard alone: from the list to a person and into a question and out again', async ({ page, world }) => {
  await enter(page, world, 'hugo')
  await page.goto('/admin/users?search=cia%40')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused()
  await page.keyboard.press('Enter')
  const person = page.getByRole('link', { name: 'Cia Lindqvist' })
  for (let presses = 0; presses < 20 && !(await isFocused(person)); presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Cia Lindqvist' })).toBeVisible()
  const revoke = page.getByRole('link', { name: 'Revoke sessions' })
  for (let presses = 0; presses < 30 && !(await isFocused(revoke)); presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Keep everything as it is' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(revoke).toBeFocused()
})

function isFocused(locator: ReturnType<Page['getByRole']>): Promise<boolean> {
  return locator.evaluate((element) => element === element.ownerDocument.activeElement)
}

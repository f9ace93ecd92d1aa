import { expect, test } from '../support/e2e'
import { aNewJoiner, castCode, castPerson, expectAccessible, forgetLimits, signIn } from '../support/journey'

/** A text message that did not arrive, a brake on text messages, and the page where operators see both. */

const ada = castPerson('ada')
const number = '+447400654987'

test('a code that did not arrive, numbers that are stopped, and an administrator who looks', async ({
  page,
  browser,
  world,
}) => {
  await forgetLimits(world)
  await world.rows('DELETE FROM send_brake')
  const person = await aNewJoiner(world, 'nina')
  const range = number.slice(1, 9)

  await test.step('a person asks for a code', async () => {
    await signIn(page, person)
    await page.getByRole('link', { name: 'Next' }).click()
    await page.getByRole('link', { name: 'I want to set up a different method' }).click()
    await page.getByRole('link', { name: /^Phone/ }).click()
    await page.getByLabel('Phone number').fill('07400 654987')
    const since = new Date()
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Enter the code we texted you' })).toBeVisible()
    const { receiptUrl } = await world.message(number, since)
    if (!receiptUrl) throw new Error('the message says nowhere to tell what became of it')
    await expect(page.getByText('We texted a code to')).toBeVisible()
    expect((await fetch(`${receiptUrl}?status=undelivered&error=027`)).status).toBe(204)
  })

  await test.step('the page says by itself that it did not arrive, and offers another way', async () => {
    await page.getByLabel('Code', { exact: true }).fill('12')
    await expect(page.getByText('We couldn’t send the code.')).toBeVisible({ timeout: 30_000 })
    await expect(page.getByLabel('Code', { exact: true })).toHaveValue('12')
    await expect(page.getByRole('link', { name: 'Choose a different method' })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('numbers of this range are stopped: the same page offers another method, and no figures', async () => {
    await world.rows(
      `INSERT INTO send_brake (range, engaged_at, seen, confirmed, stopped, alerted_at) VALUES ($1, now(), 21, 3, 4, now())`,
      [range],
    )
    await page.getByRole('link', { name: 'Change number' }).first().click()
    await page.getByLabel('Phone number').fill('07400 654988')
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Choose a different method' })).toBeFocused()
    await expect(page.getByRole('link', { name: 'I want to set up a different method' })).toBeVisible()
    await expectAccessible(page)
  })

  const context = await browser.newContext()
  const desk = await context.newPage()
  await test.step('an administrator is told on the first page, and sees what was stopped and why', async () => {
    await signIn(desk, ada)
    await desk.getByLabel('Code from your authenticator app').fill(castCode(ada))
    await desk.getByRole('button', { name: 'Confirm' }).click()
    await expect(desk).not.toHaveURL(/verify/)
    await desk.goto('/admin')
    await desk.getByRole('link', { name: 'See which, and why' }).click()
    await expect(desk.getByRole('heading', { level: 1, name: 'Message delivery' })).toBeVisible()
    await expect(desk.getByText(`To numbers that begin with +${range}`)).toBeVisible()
    await expect(desk.getByText('only 3 were confirmed. 5 messages were not sent since')).toBeVisible()
    await expect(desk.getByText('1: a brake was on')).toBeVisible()
    await expectAccessible(desk)
  })

  await test.step('finds the message, without what it said or a full number', async () => {
    await desk.getByLabel('State', { exact: true }).selectOption('Not delivered')
    await desk.getByRole('button', { name: 'Filter' }).click()
    const row = desk.getByRole('row').filter({ hasText: '••••••87' }).first()
    await expect(row).toContainText('Not delivered')
    await expect(row).toContainText('HTTP gateway')
    await expect(row).toContainText('027')
    const html = await desk.content()
    expect(html).not.toContain('447400654987')
    expect(html).not.toContain((await world.message(number)).code)
    await expectAccessible(desk)
  })

  await test.step('lets messages go on, and the person gets a code', async () => {
    await desk.getByRole('button', { name: 'Let messages go on' }).click()
    await expect(desk.getByText('can be sent again')).toBeVisible()
    await expect(desk.getByText('Text messages are stopped')).toHaveCount(0)
    const since = new Date()
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Enter the code we texted you' })).toBeVisible()
    await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400654988', since))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('heading', { name: 'Enter the code we texted you' })).toHaveCount(0)
  })
  await context.close()
})

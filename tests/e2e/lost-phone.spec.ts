import type { Page } from '@playwright/test'
import { expect, test } from '@/tests/support/e2e'
import { addAuthenticator, castCode, castPerson, expectAccessible, forgetLimits, signIn } from '@/tests/support/journey'

/** A phone fell into the harbour, and with it the only method. The help desk gets its owner back in. */

const hugo = castPerson('hugo')
const dov = castPerson('dov')
const mailbox = 'dov.private@mail.example'

async function openPerson(page: Page): Promise<void> {
  await page.goto('/admin/users?search=dov')
  await page.getByRole('link', { name: 'Dov Perlman' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dov Perlman' })).toBeVisible()
}

test('lost phone: the method is deleted, sessions end, and a pass lets its owner register anew', async ({
  page: desk,
  browser,
  world,
}) => {
  await forgetLimits(world)
  const context = await browser.newContext()
  const phone = await context.newPage()

  await test.step('without the phone, the sign-in stops at the code', async () => {
    await signIn(phone, dov)
    await expect(phone).toHaveURL(/\/sign-in\/verify/)
  })

  await test.step('the help desk signs in with a second factor', async () => {
    await signIn(desk, hugo)
    await desk.getByLabel('Code from your authenticator app').fill(castCode(hugo))
    await desk.getByRole('button', { name: 'Confirm' }).click()
    await expect(desk).not.toHaveURL(/verify/)
    await openPerson(desk)
    await expectAccessible(desk)
  })

  await test.step('deletes the lost method, after being asked', async () => {
    await desk.getByRole('link', { name: 'Delete Old phone' }).click()
    const question = desk.getByRole('dialog', { name: 'Delete Old phone of Dov Perlman?' })
    await expect(question.getByRole('button', { name: 'Keep everything as it is' })).toBeFocused()
    await expectAccessible(desk)
    await desk.keyboard.press('Escape')
    await expect(question).toBeHidden()
    await desk.getByRole('link', { name: 'Delete Old phone' }).click()
    await question.getByRole('button', { name: 'Delete it' }).click()
    await expect(desk.getByRole('status')).toContainText('The method is deleted')
    await expect(desk.getByText('No method that can be used now')).toBeVisible()
    const methods = await world.rows(
      `SELECT 1 FROM authentication_method m JOIN "user" u ON u.id = m.user_id WHERE u.user_principal_name = $1`,
      [dov.userPrincipalName],
    )
    expect(methods).toHaveLength(0)
  })

  await test.step('ends the sessions: the other browser has to begin anew', async () => {
    await desk.getByRole('link', { name: 'Revoke sessions' }).click()
    await desk.getByRole('dialog').getByRole('button', { name: 'Revoke sessions' }).click()
    await expect(desk.getByRole('status')).toContainText('Every session of this person has ended')
    await phone.reload()
    await expect(phone).toHaveURL(/\/sign-in(\?|$)/)
  })

  const pass = await test.step('issues a pass, which is shown once', async () => {
    await desk.getByRole('link', { name: 'Issue a pass' }).click()
    await expectAccessible(desk)
    await desk.getByRole('button', { name: 'Issue the pass' }).click()
    await expect(desk.getByRole('status')).toContainText('shown only here and only now')
    await expect(desk.getByRole('region', { name: 'Temporary Access Pass', exact: true })).toBeFocused()
    await expectAccessible(desk)
    const shown = (await desk.getByTestId('pass').innerText()).replace(/\s/g, '')
    expect(shown).toMatch(/^[a-z2-9]{8}$/)
    expect(desk.url()).not.toContain(shown)
    await desk.reload()
    await expect(desk.getByRole('button', { name: 'Issue the pass' })).toBeVisible()
    expect(await desk.content()).not.toContain(shown)
    return shown
  })

  await test.step('the owner registers anew with it, from anywhere', async () => {
    await addAuthenticator(phone)
    await phone.goto('/sign-in/pass')
    await phone.getByRole('button', { name: 'Sign in', exact: true }).click()
    // All that is missing is told at once.
    await expect(phone.getByRole('alert').first()).toContainText('Enter your user name')
    await expect(phone.getByRole('alert').first()).toContainText('Enter the pass that your help desk gave you')
    await phone.getByLabel('User name').fill(dov.userPrincipalName)
    // Typed as it was read out: in groups, in capitals.
    await phone
      .getByLabel('Temporary Access Pass', { exact: true })
      .fill(`${pass.slice(0, 4)} ${pass.slice(4)}`.toUpperCase())
    await phone.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(phone.getByRole('heading', { name: 'Keep your account secure' })).toBeVisible()
    await phone.getByRole('link', { name: 'Next' }).click()
    await phone.getByRole('button', { name: 'Create a passkey' }).click()
    await phone.getByLabel('Name of this passkey').fill('New phone')
    await phone.getByRole('button', { name: /Next|Save|Continue/ }).click()
    await phone.getByLabel('Your email address').fill(mailbox)
    const since = new Date()
    await phone.getByRole('button', { name: 'Send me a code' }).click()
    await phone.getByLabel('Code', { exact: true }).fill(await world.code(mailbox, since))
    await phone.getByRole('button', { name: 'Confirm' }).click()
    await expect(phone.getByRole('heading', { name: 'You’re all set' })).toBeVisible()
    await phone.getByRole('button', { name: 'Done' }).click()
    await expect(phone).toHaveURL(/\/security-info$/)
  })

  await test.step('the help desk sees the new methods, and the log tells the story', async () => {
    await openPerson(desk)
    const usable = desk.getByRole('list', { name: 'Usable methods' })
    await expect(usable).toContainText('New phone')
    await expect(usable).not.toContainText(mailbox)
    const told = await world.rows<{ activity: string }>(
      `SELECT activity FROM audit_event e JOIN "user" u ON u.id::text = e.target_id
       WHERE u.user_principal_name = $1 AND outcome = 'success' ORDER BY e.id`,
      [dov.userPrincipalName],
    )
    const activities = told.map(({ activity }) => activity)
    for (const activity of [
      'Admin deleted security info',
      'App: sessions revoked',
      'Admin registered security info',
      'User registered security info',
      'User registered all required security info',
    ]) {
      expect(activities).toContain(activity)
    }
    const everything = await world.rows<{ record: string }>('SELECT record FROM audit_event')
    expect(everything.some(({ record }) => record.includes(pass))).toBe(false)
  })

  await context.close()
})

test('a proof older than five minutes is asked for again before anything is destroyed', async ({ page, world }) => {
  await forgetLimits(world)
  await signIn(page, hugo)
  await page.getByLabel('Code from your authenticator app').fill(castCode(hugo))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).not.toHaveURL(/verify/)
  await page.goto('/admin/users?search=ben%40')
  await page.getByRole('link', { name: 'Ben Okafor' }).click()
  const person = page.url()
  world.turnClock(301)
  await page.getByRole('link', { name: 'Revoke sessions' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke sessions' }).click()
  await expect(page).toHaveURL(/\/sign-in\/verify\?returnTo=/)
  await page.getByLabel('Code from your authenticator app').fill(castCode(hugo, 301))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).toHaveURL(person)
  await page.getByRole('link', { name: 'Revoke sessions' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke sessions' }).click()
  await expect(page.getByRole('status')).toContainText('Every session of this person has ended')
})

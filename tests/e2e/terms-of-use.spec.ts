import { addresses, expect, test, type World } from '../support/e2e'
import {
  aNewJoiner,
  enterAdministration,
  expectAccessible,
  finishWithApp,
  forgetLimits,
  from,
  type Person,
  signIn,
  signOut,
} from '../support/journey'

/** Terms of use, from the administrator who writes them to the person who accepts, declines, and reads them again. */

const name = 'House rules of Harbor'
const policy = 'House rules first'
const text = '# Be kind\n\nUse your **own** account.\n\n- No sharing\n- <script>alert(1)</script>'

test.beforeEach(({ world }) => forgetLimits(world))
test.afterEach(async ({ world }) => {
  await world.rows(
    `UPDATE conditional_access_policy SET state = 'disabled', deleted_at = now() WHERE display_name = $1`,
    [policy],
  )
  await world.rows('UPDATE terms_of_use SET retired_at = now() WHERE display_name = $1', [name])
})

test('terms before registering: written, chosen, declined, accepted, changed, read again', async ({ page, world }) => {
  test.setTimeout(480_000)
  const joiner = await aNewJoiner(world, 'tessa')
  await enterAdministration(page, world)

  await test.step('an administrator writes them', async () => {
    await page.goto('/admin/terms-of-use/new')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('alert').first()).toContainText('The terms have no name yet.')
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Text', { exact: true }).first().fill(text)
    await page.getByText('In other languages').click()
    await page.getByLabel('Language', { exact: true }).nth(1).fill('german')
    await page.getByLabel('Text', { exact: true }).nth(1).fill('# Sei nett')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('alert').first()).toContainText('That is no language code.')
    await expectAccessible(page)
    await page.getByLabel('Language', { exact: true }).nth(1).fill('de')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByText('The terms are there.')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('and a policy that asks for them', async () => {
    await page.goto('/admin/conditional-access/new')
    await page.getByLabel('Policy name').fill(policy)
    await page.getByRole('radio', { name: /All users/ }).check()
    await page.getByRole('radio', { name: /User actions/ }).check()
    await page.getByRole('radio', { name: /Grant access/ }).check()
    await page.getByRole('checkbox', { name }).check()
    await page.getByRole('checkbox', { name: 'High' }).first().check()
    await page.getByRole('radio', { name: 'Always persistent' }).check()
    await page.getByRole('group', { name: 'State' }).getByRole('radio', { name: /^On/ }).check()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await expect(page.getByRole('alert').first()).toContainText('all apps')
    await page
      .getByRole('radio', { name: /As usual/ })
      .last()
      .check()
    await page.getByRole('checkbox', { name: 'High' }).first().uncheck()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    // Nobody is left out: the note is read once.
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await expect(page.getByText(`must accept “${name}”`).first()).toBeVisible()
    await expect(page.getByRole('checkbox', { name })).toBeChecked()
    await expectAccessible(page)
  })

  await test.step('a newcomer declines, and is told the way on', async () => {
    await signOut(page)
    await signIn(page, joiner)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
    await expect(page.getByRole('heading', { level: 2, name: 'Be kind' })).toBeVisible()
    await expect(page.getByText('<script>alert(1)</script>')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Deutsch' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Sei nett' })).toBeVisible()
    await page.getByRole('button', { name: 'Decline' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You declined the terms of use')
    await expectAccessible(page)
    // Neither the wizard nor the person's own pages are a way around.
    await page.goto('/security-info/register')
    await expect(page).not.toHaveURL(/\/register/)
    expect(await methodsOf(world, joiner)).toBe(0)
  })

  await test.step('accepts with the keyboard, and registers', async () => {
    await signOut(page)
    await signIn(page, joiner)
    await page.getByRole('button', { name: 'Accept and go on' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Next' }).click()
    await finishWithApp(page)
    expect(await methodsOf(world, joiner)).toBe(1)
  })

  await test.step('reads again what was accepted', async () => {
    await page.getByRole('link', { name: 'Show what I accepted' }).click()
    await expect(page.getByText('Version 1,')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Be kind' })).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('a changed text is asked for before anything more', async () => {
    const admin = await page
      .context()
      .browser()
      ?.newContext({ baseURL: new URL(page.url()).origin })
    if (!admin) throw new Error('no browser')
    const office = await admin.newPage()
    await enterAdministration(office, world)
    await office.goto('/admin/terms-of-use')
    await office.getByRole('link', { name }).first().click()
    await office.getByLabel('Text', { exact: true }).first().fill('# Be kinder')
    await office.getByRole('button', { name: 'Save' }).click()
    await expect(office.getByText('The new text is saved as version 2.')).toBeVisible()
    await office.getByRole('link', { name: 'Who accepted them' }).click()
    await expect(office.getByText(joiner.userPrincipalName)).toBeVisible()
    await expectAccessible(office)
    const download = office.waitForEvent('download')
    await office.getByRole('link', { name: 'Download as CSV' }).click()
    expect((await download).suggestedFilename()).toContain('acceptances.csv')
    await office.goto('/admin/terms-of-use')
    await expectAccessible(office)
    await office.getByRole('link', { name }).first().click()
    await office.getByRole('link', { name: 'Retire' }).click()
    await expect(office.getByText('Take them out there first.')).toBeVisible()
    await admin.close()

    await page.goto('/security-info')
    await expect(page.getByRole('heading', { level: 2, name: 'Be kinder' })).toBeVisible()
    await page.getByRole('button', { name: 'Accept and go on' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  })
})

test('terms at sign-in: accepted once, and not asked for again', async ({ page, world }) => {
  const joiner = await aNewJoiner(world, 'timo')
  await from(page, addresses.trusted)
  await aPolicyAtSignIn(world, joiner)
  await signIn(page, joiner)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
  await page.getByRole('button', { name: 'Accept and go on' }).click()
  await expect(page).toHaveURL(/\/security-info/)
  await signOut(page)
  await signIn(page, joiner)
  await expect(page).toHaveURL(/\/security-info/)
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(name)
})

async function aPolicyAtSignIn(world: World, { userPrincipalName }: Person): Promise<void> {
  const [terms] = await world.rows<{ id: string }>(
    'INSERT INTO terms_of_use (id, display_name) VALUES (gen_random_uuid(), $1) RETURNING id',
    [name],
  )
  await world.rows('INSERT INTO terms_of_use_text (terms_id, version, languages) VALUES ($1, 1, $2)', [
    terms?.id,
    JSON.stringify([{ language: 'en', text }]),
  ])
  const [user] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
    userPrincipalName,
  ])
  const document = {
    conditions: { users: { includeUsers: [user?.id] }, applications: { includeApplications: ['All'] } },
    grantControls: { operator: 'AND', builtInControls: [], termsOfUse: [terms?.id] },
  }
  await world.rows(
    `INSERT INTO conditional_access_policy (id, display_name, state, document) VALUES (gen_random_uuid(), $1, 'enabled', $2)`,
    [policy, JSON.stringify(document)],
  )
}

async function methodsOf(world: World, { userPrincipalName }: Person): Promise<number> {
  const [row] = await world.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM authentication_method m JOIN "user" u ON u.id = m.user_id
     WHERE u.user_principal_name = $1`,
    [userPrincipalName],
  )
  return row?.count ?? -1
}

import { addresses, expect, test, type World } from '../support/e2e'
import {
  aNewJoiner,
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  from,
  type Person,
  signIn,
  signOut,
} from '../support/journey'

/** What a policy can be about beside people and networks, from the form to the person it stops. */

const name = 'Further conditions'

test.beforeEach(({ world }) => forgetLimits(world))
test.afterEach(async ({ world }) => {
  await world.rows(
    `UPDATE conditional_access_policy SET state = 'disabled', deleted_at = now() WHERE display_name = $1`,
    [name],
  )
  await world.rows('UPDATE named_location SET deleted_at = now() WHERE display_name = $1', [`${name} abroad`])
})

test('a policy about countries, platforms, devices and time is made, told in words, and decides', async ({
  page,
  world,
}) => {
  const joiner = await aNewJoiner(world, 'further')

  await test.step('countries are a location', async () => {
    await from(page, addresses.trusted)
    await signIn(page, castPerson('cleo'))
    await page.getByLabel('Code from your authenticator app').fill(castCode(castPerson('cleo')))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await page.goto('/admin/named-locations/new/countries')
    await expect(page.getByText('Countries are told by the open database')).toBeVisible()
    await page.getByLabel('Name', { exact: true }).fill(`${name} abroad`)
    await page.getByRole('textbox', { name: 'Countries and regions' }).fill('no, Sweden')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('alert').first()).toContainText('“Sweden” is no country code.')
    await expectAccessible(page)
    await page.getByRole('textbox', { name: 'Countries and regions' }).fill('no se')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByText('The location is created.')).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Countries and regions' })).toHaveValue('NO SE')
    await expectAccessible(page)
  })

  await test.step('a rule that cannot be read is told by its character', async () => {
    await page.goto('/admin/conditional-access/new')
    await page.getByLabel('Policy name').fill(name)
    await page.getByRole('radio', { name: /All users/ }).check()
    await page.getByRole('radio', { name: /User actions/ }).check()
    await page.getByRole('group', { name: 'Configure' }).getByRole('radio', { name: /Yes/ }).check()
    await page.getByRole('group', { name: 'Exclude', exact: true }).getByRole('radio', { name: 'Selected' }).check()
    await page.getByRole('checkbox', { name: `${name} abroad` }).check()
    await page.getByRole('group', { name: 'Device platforms' }).getByRole('radio', { name: 'Yes' }).check()
    await page.getByRole('group', { name: 'Include', exact: true }).getByRole('checkbox', { name: 'Linux' }).check()
    await page
      .getByRole('group', { name: 'Filter for devices' })
      .getByRole('radio', { name: /^Exclude/ })
      .check()
    await page.getByLabel('Rule').fill('device.isCompliant -eq Perhaps')
    await page.getByRole('radio', { name: /Block access/ }).check()
    await page.getByRole('radio', { name: /Every time/ }).check()
    await page.getByRole('group', { name: 'State' }).getByRole('radio', { name: /^On/ }).check()
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('alert').first()).toContainText('can’t be read from character 24 on')
    await expectAccessible(page)
  })

  await test.step('it is told in words, with what nothing here can tell', async () => {
    await page.getByLabel('Rule').fill('device.isCompliant -eq True')
    await page.getByRole('button', { name: 'Create' }).click()
    // Nobody is left out: the note is read once.
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
    await expect(
      page.getByText(/when registering security info on Linux .*from anywhere but Further conditions abroad/).first(),
    ).toBeVisible()
    await expect(page.getByText('Nothing here tells the state of devices yet.').first()).toBeVisible()
    await expect(page.getByText('The platform is what the browser says it is.').first()).toBeVisible()
    await expect(page.getByRole('radio', { name: /Every time/ })).toBeChecked()
    await expectAccessible(page)
  })

  await test.step('a newcomer with a Linux browser is stopped, also inside', async () => {
    await signOut(page)
    await signIn(page, joiner)
    await expect(page).toHaveURL(/\/sign-in\/blocked/)
  })
})

test('a sign-in frequency of every time asks for a new sign-in after five minutes', async ({ page, world }) => {
  const cleo = castPerson('cleo')
  const document = {
    conditions: {
      users: { includeUsers: [await idOf(world, cleo)] },
      applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
    },
    sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: 'everyTime' } },
  }
  await world.rows(
    `INSERT INTO conditional_access_policy (id, display_name, state, document) VALUES (gen_random_uuid(), $1, 'enabled', $2)`,
    [name, JSON.stringify(document)],
  )
  const enter = async (aheadSeconds: number) => {
    await signIn(page, cleo)
    await page.getByLabel('Code from your authenticator app').fill(castCode(cleo, aheadSeconds))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await page.goto('/security-info')
  }
  await from(page, addresses.trusted)
  await enter(0)
  await expect(page).toHaveURL(/\/security-info$/)
  world.turnClock(6 * 60)
  // A policy written behind the server's back is seen within five seconds.
  await expect(async () => {
    await page.goto('/security-info')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in again', { timeout: 1000 })
  }).toPass()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign out and sign in again' }).click()
  await forgetLimits(world)
  await enter(6 * 60)
  await expect(page).toHaveURL(/\/security-info$/)
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in again')
})

async function idOf(world: World, { userPrincipalName }: Person): Promise<string | undefined> {
  const [row] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
    userPrincipalName,
  ])
  return row?.id
}

import { expect, test, type World } from '../support/e2e'
import {
  aGroupOf,
  aNewJoiner,
  enter,
  enterAdministration,
  expectAccessible,
  finishWithApp,
  forgetLimits,
  registerApp,
  signIn,
  signOut,
} from '../support/journey'

/** Who must register: by the MFA registration policy with its fourteen days, and decided for one person. */

const day = 86_400
const keepSecure = { level: 1, name: 'Keep your account secure' } as const
const securityInfo = { level: 1, name: 'Security info' } as const

/** Nothing else asks: no policy for MFA, no registration for password reset. Undone by the function it answers. */
async function asksNobody(world: World): Promise<() => Promise<void>> {
  const state = (state: string) =>
    world.rows(
      `UPDATE conditional_access_policy SET state = $1, version = version + 1, modified_at = now()
       WHERE display_name = 'Multifactor authentication for everybody'`,
      [state],
    )
  const reset = (isRequired: boolean) =>
    world.rows(
      `UPDATE tenant_policy SET document = jsonb_set(document, '{isRegistrationRequired}', $1) WHERE name = 'passwordResetPolicy'`,
      [JSON.stringify(isRequired)],
    )
  await state('disabled')
  await reset(false)
  return async () => {
    await state('enabled')
    await reset(true)
  }
}

test('the MFA registration policy: put off while days are left, then no way round', async ({
  page,
  browser,
  world,
}) => {
  const person = await aNewJoiner(world, 'mira')
  const group = await aGroupOf(world, 'Dock', person)
  await enterAdministration(page, world)

  await test.step('it is switched on for a group, and the page says first whom that concerns', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Registration policies' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Registration policies' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Change: MFA registration policy' }).click()
    await page.getByRole('radio', { name: /^On/ }).check()
    await page.getByRole('radio', { name: /^Certain people and groups/ }).check()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Choose at least one person or group, or everybody.')
    const groups = page.getByRole('group', { name: 'People and groups it is about' })
    await groups.getByLabel('Find people and groups').fill(group)
    await groups.getByRole('button', { name: 'Find' }).click()
    await groups.getByRole('checkbox', { name: group }).check()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByText('It is about 1 person; nobody until now.')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Show who: 1 person is asked to register a second factor' }).click()
    await expect(page.getByRole('row', { name: new RegExp(person.displayName) })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Back to the change' }).click()
    await page.getByRole('button', { name: 'Save this change' }).click()
    await expect(page.getByText('Your change is saved and counts from now on.')).toBeVisible()
    await expect(page.getByText(group)).toBeVisible()
  })

  const undo = await asksNobody(world)
  try {
    await signOut(page)
    await signIn(page, person)
    await expect(page.getByRole('heading', keepSecure)).toBeFocused()
    await expect(page.getByRole('button', { name: 'Skip for now (14 days left)' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Skip for now (14 days left)' }).click()
    await expect(page.getByRole('heading', securityInfo)).toBeVisible()

    await test.step('thirteen days later, without scripts, one day is left', async () => {
      world.turnClock(13 * day)
      await forgetLimits(world)
      const plain = await browser.newContext({ javaScriptEnabled: false })
      const other = await plain.newPage()
      await signIn(other, person)
      await other.getByRole('button', { name: 'Skip for now (1 day left)' }).click()
      await expect(other.getByRole('heading', securityInfo)).toBeVisible()
      await plain.close()
    })

    await test.step('after fourteen days it is registered before anything else', async () => {
      world.turnClock(14 * day + 60)
      await forgetLimits(world)
      await signOut(page)
      await signIn(page, person)
      await expect(page.getByText('The days in which you could put this off are over.')).toBeVisible()
      await expect(page.getByRole('button', { name: /Skip|Not now/ })).toHaveCount(0)
      await expectAccessible(page)
      await page.goto('/security-info')
      await expect(page.getByRole('heading', keepSecure)).toBeVisible()
      await page.getByRole('link', { name: 'Next' }).click()
      await finishWithApp(page, 14 * day + 60)
    })

    // Signed in without being asked anything; only the page about methods wants a fresh proof now that there is one.
    await signOut(page)
    await signIn(page, person)
    await expect(page.getByText('It has been a while.')).toBeVisible()
  } finally {
    await undo()
    await world.rows(`DELETE FROM tenant_policy WHERE name = 'mfaRegistrationPolicy'`)
  }
})

test('MFA for one person: registered once, then asked at every sign-in, until it is turned off', async ({
  page,
  browser,
  world,
}) => {
  const person = await aNewJoiner(world, 'pia')
  const [row] = await world.rows<{ id: string }>(`SELECT id::text FROM "user" WHERE user_principal_name = $1`, [
    person.userPrincipalName,
  ])
  await enterAdministration(page, world)
  const undo = await asksNobody(world)
  const theirs = await browser.newPage({ baseURL: process.env.E2E_ORIGIN })
  try {
    await signIn(theirs, person)
    await expect(theirs.getByRole('heading', securityInfo)).toBeVisible()

    await page.goto(`/admin/users/${row?.id}`)
    await expect(page.getByText('Off: only policies ask for it')).toBeVisible()
    await page.getByRole('link', { name: 'Turn MFA on' }).click()
    const dialog = page.getByRole('dialog', { name: `Turn MFA on for ${person.displayName}?` })
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Turn MFA on' }).click()
    await expect(page.getByText('Done, and the person was told. It counts from their next sign-in.')).toBeVisible()
    await expect(page.getByText('not registered since it was turned on')).toBeVisible()
    await expectAccessible(page)

    await signOut(theirs)
    await signIn(theirs, person)
    await expect(theirs.getByRole('heading', keepSecure)).toBeVisible()
    await expect(theirs.getByRole('button', { name: /Skip|Not now/ })).toHaveCount(0)
    await signOut(theirs)
    const secret = await registerApp(theirs, person)
    await signOut(theirs)
    await enter(theirs, world, person, secret)
    await expect(theirs.getByRole('heading', securityInfo)).toBeVisible()

    // The question as a page of its own, where scripts do not run.
    await page.goto(`/admin/users/${row?.id}`)
    await expect(page.getByText('On: asked at every sign-in', { exact: true })).toBeVisible()
    await page.goto(`/admin/users/${row?.id}/mfa`)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Turn MFA off' }).click()
    await expect(page.getByText('Off: only policies ask for it')).toBeVisible()
    await signOut(theirs)
    await signIn(theirs, person)
    await expect(theirs.getByText('It has been a while.')).toBeVisible()
  } finally {
    await theirs.close()
    await undo()
  }
})

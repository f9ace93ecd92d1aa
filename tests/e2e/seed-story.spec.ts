import type { Locator, Page } from '@playwright/test'
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

/**
 * The story the product exists for: an administrator protects registering as the how-to says, and a newcomer who has
 * only a password is stopped outside, passes inside, and passes anywhere with a Temporary Access Pass.
 */

const name = 'Combined Security Info Registration on Trusted Networks'
const trial = 'Keyboard trial'

test.beforeEach(({ world }) => forgetLimits(world))
test.afterEach(async ({ world }) => {
  // The demonstration's own policy of this name is off; the one made here would stop every later journey.
  await world.rows(
    `UPDATE conditional_access_policy SET state = 'disabled', deleted_at = now() WHERE display_name = $1 AND state = 'enabled'`,
    [name],
  )
  await world.rows('UPDATE conditional_access_policy SET deleted_at = now() WHERE display_name LIKE $1', [`${trial}%`])
})

test('the policy of the how-to stops a password from outside and lets the network and the pass through', async ({
  page,
  browser,
  world,
}) => {
  const outside = await aNewJoiner(world, 'outside')
  const inside = await aNewJoiner(world, 'inside')
  const withPass = await aNewJoiner(world, 'traveller')

  await test.step('an administrator creates the policy, S1 to S7', async () => {
    await enterAdministration(page, castPerson('cleo'), world)
    await page.goto('/admin/conditional-access')
    await expectAccessible(page)
    await page.getByRole('link', { name: 'New policy' }).click()
    await expectAccessible(page)
    // S2: a name.
    await page.getByLabel('Policy name').fill(name)
    // S3: chosen users and groups; the emergency accounts stay out.
    await page.getByRole('radio', { name: /Select users and groups/ }).check()
    const include = page.getByRole('group', { name: 'Users and groups to include' })
    await include.getByLabel('Find people and groups').fill('staf')
    await include.getByRole('button', { name: 'Find' }).click()
    await include.getByRole('checkbox', { name: /^Staff/ }).check()
    const exclude = page.getByRole('group', { name: 'Users and groups to exclude' })
    await exclude.getByRole('checkbox', { name: /^BreakGlass/ }).check()
    // S4: the user action.
    await page.getByRole('radio', { name: /User actions/ }).check()
    await expect(page.getByRole('checkbox', { name: /Register security information/ })).toBeChecked()
    // S5: any location but trusted ones.
    await page.getByRole('group', { name: 'Configure' }).getByRole('radio', { name: /Yes/ }).check()
    await page.getByRole('group', { name: 'Include', exact: true }).getByRole('radio', { name: 'Any location' }).check()
    await page
      .getByRole('group', { name: 'Exclude', exact: true })
      .getByRole('radio', { name: 'All trusted locations' })
      .check()
    // S6: MFA.
    await page.getByRole('radio', { name: /Grant access/ }).check()
    await page.getByRole('checkbox', { name: /Require multifactor authentication/ }).check()
    // S7: on, then Create.
    await page.getByRole('group', { name: 'State' }).getByRole('radio', { name: /^On/ }).check()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
    await expect(page.getByText('The policy is created.')).toBeVisible()
    await expect(
      page.getByText(
        'Staff except BreakGlass, when registering security info from anywhere but All trusted locations, must do multifactor authentication.',
      ),
    ).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('with a password from an untrusted address, the two ways on', async () => {
    await signOut(page)
    await from(page, addresses.untrusted)
    await signIn(page, outside)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You can’t set this up from here yet')
    await expect(page.getByRole('heading', { name: 'Use a Temporary Access Pass' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Use your organisation’s network' })).toBeVisible()
    await expectAccessible(page)
    await page.goto('/security-info/register')
    await expect(page.getByRole('heading', { name: 'Keep your account secure' })).toBeHidden()
  })

  await test.step('from the trusted network they pass', async () => {
    await signOut(page)
    await from(page, addresses.trusted)
    await signIn(page, inside)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keep your account secure')
  })

  await test.step('with a pass they pass from anywhere', async () => {
    const helpdesk = await browser.newPage({ baseURL: process.env.E2E_ORIGIN })
    await from(helpdesk, addresses.trusted)
    const pass = await issuePass(helpdesk, withPass, world)
    await helpdesk.close()
    await signOut(page)
    await from(page, addresses.untrusted)
    await page.goto('/sign-in/pass')
    await page.getByLabel('User name').fill(withPass.userPrincipalName)
    await page.getByLabel('Temporary Access Pass', { exact: true }).fill(pass)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keep your account secure')
  })

  await test.step('what happened can be read afterwards', async () => {
    const [added] = await world.rows<{ outcome: string }>(
      `SELECT outcome FROM audit_event WHERE activity = 'Add conditional access policy' ORDER BY id DESC LIMIT 1`,
    )
    expect(added?.outcome).toBe('success')
  })
})

test('a policy can be made with the keyboard alone', async ({ page, world }) => {
  await enterAdministration(page, castPerson('cleo'), world)
  await page.goto('/admin/conditional-access/new')
  await tabTo(page, page.getByLabel('Policy name'))
  await page.keyboard.type(trial)
  await tabTo(page, page.getByRole('group', { name: 'Include', exact: true }).getByRole('radio', { name: /^None/ }))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const include = page.getByRole('group', { name: 'Users and groups to include' })
  await tabTo(page, include.getByLabel('Find people and groups'))
  await page.keyboard.type('ana')
  await page.keyboard.press('Enter')
  await expect(include.getByText('Found for “ana”')).toBeFocused()
  await tabTo(page, include.getByRole('checkbox', { name: /^Ana Silva/ }))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('radio', { name: /User actions/ }))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('radio', { name: /Block access/ }))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('radio', { name: /Report-only/ }))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await tabTo(page, page.getByRole('button', { name: 'Create' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(trial)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Off')
})

test('a refused policy says what is missing and keeps everything that was filled in', async ({ page, world }) => {
  await enterAdministration(page, castPerson('cleo'), world)
  await page.goto('/admin/conditional-access/new')
  await page.getByLabel('Policy name').fill(`${trial} refused`)
  await page.getByRole('radio', { name: /All users/ }).check()
  await page.getByRole('radio', { name: /Block access/ }).check()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert').first()).toBeFocused()
  await expect(page.getByRole('alert').first()).toContainText('There is no target yet.')
  await expect(page.getByLabel('Policy name')).toHaveValue(`${trial} refused`)
  await expect(page.getByRole('radio', { name: /All users/ })).toBeChecked()
  await expectAccessible(page)

  await test.step('a policy that shuts out everybody is read twice and its name typed', async () => {
    await page.getByRole('radio', { name: /All apps/ }).check()
    await page.getByRole('group', { name: 'State' }).getByRole('radio', { name: /^On/ }).check()
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('alert').first()).toContainText('This policy is about everyone and everything')
    const exclude = page.getByRole('group', { name: 'Users and groups to exclude' })
    await expect(exclude.getByRole('checkbox', { name: /^Cleo Nakamura/ })).toBeChecked()
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('alert').first()).toContainText('No Global Administrator could sign in')
    await expect(page.getByLabel('Type the name to confirm')).toBeVisible()
    await expectAccessible(page)
    const policies = await world.rows('SELECT 1 FROM conditional_access_policy WHERE display_name = $1', [
      `${trial} refused`,
    ])
    expect(policies).toHaveLength(0)
  })
})

test('a named location names each line it cannot read, and tells how it stored the others', async ({ page, world }) => {
  await enterAdministration(page, castPerson('cleo'), world)
  await page.goto('/admin/named-locations')
  await expect(page.getByText(`Your address now: ${addresses.trusted} — in Harbor HQ.`)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'New location' }).click()
  await page.getByLabel('Name', { exact: true }).fill(`${trial} quay`)
  await page.getByLabel('Address ranges').fill('198.18.7.9/16\n198.18.0.300\n192.0.2.7\n10.0.0.0/8')
  await page.getByRole('button', { name: 'Create' }).click()
  const alert = page.getByRole('alert').first()
  await expect(alert).toContainText('Line 2: “198.18.0.300” is no address range.')
  await expect(alert).toContainText('Line 3: “192.0.2.7” needs a length. Write 192.0.2.7/32 for this one address.')
  await expect(alert).toContainText('Line 4: “10.0.0.0/8” covers too much of the internet')
  await expectAccessible(page)
  await page.getByLabel('Address ranges').fill('198.18.7.9/16\n198.18.4.0/24')
  await page.getByRole('checkbox', { name: /Mark as trusted location/ }).check()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByText('198.18.7.9/16 was stored as 198.18.0.0/16')).toBeVisible()
  await expect(page.getByText('198.18.4.0/24 is already covered by 198.18.0.0/16.')).toBeVisible()
  await expectAccessible(page)

  await test.step('it is deleted only once it is not trusted', async () => {
    await page.getByRole('link', { name: 'Delete location' }).click()
    await expect(page.getByText('It is marked as trusted, so it can’t be deleted yet.')).toBeVisible()
    await page.getByRole('link', { name: 'Edit the location' }).click()
    await page.getByRole('checkbox', { name: /Mark as trusted location/ }).uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Your changes are saved')).toBeVisible()
    await page.getByRole('link', { name: 'Delete location' }).click()
    await page.getByRole('button', { name: 'Delete location' }).click()
    await expect(page.getByText('The location is deleted.')).toBeVisible()
  })
})

/** Signs an administrator in, from the office, with password and app. */
async function enterAdministration(page: Page, person: Person, world: World): Promise<void> {
  await forgetLimits(world)
  await from(page, addresses.trusted)
  await signIn(page, person)
  await page.getByLabel('Code from your authenticator app').fill(castCode(person))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** The helpdesk issues a pass for the person; gives the pass. */
async function issuePass(page: Page, person: Person, world: World): Promise<string> {
  await enterAdministration(page, castPerson('hugo'), world)
  const [row] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
    person.userPrincipalName,
  ])
  await page.goto(`/admin/users/${row?.id}/pass`)
  await page.getByRole('button', { name: 'Issue the pass' }).click()
  const shown = page.getByTestId('pass')
  await expect(shown).toBeVisible()
  return ((await shown.textContent()) ?? '').replace(/\s/g, '')
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('the keyboard does not reach it')
}

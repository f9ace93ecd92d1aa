import { randomUUID } from 'node:crypto'
import { directoryRoles } from '@/lib/directory/model'
import { addresses, expect, test } from '../support/e2e'
import { aNewJoiner, enter, enterAdministration, expectAccessible, from, registerApp, signIn } from '../support/journey'

/** The pages that decide which methods there are, for whom, and what password reset and policies ask for. */

test('text messages go to one group: its number is shown, the change is saved, and a person is offered the phone', async ({
  page,
  browser,
  world,
}) => {
  const [stored] = await world.rows<{ document: unknown }>(`SELECT document FROM tenant_policy WHERE name = $1`, [
    'authenticationMethodsPolicy',
  ])
  // The demo texts everybody; this journey starts where nobody is.
  await world.rows(
    `UPDATE tenant_policy SET document = jsonb_set(document, '{methods,mobilePhone,state}', '"disabled"'), version = version + 1
     WHERE name = 'authenticationMethodsPolicy'`,
  )
  const inside = await aNewJoiner(world, 'iris')
  const group = `Quay ${randomUUID().slice(0, 8)}`
  await world.rows(`INSERT INTO "group" (id, display_name) VALUES (gen_random_uuid(), $1)`, [group])
  await world.rows(
    `INSERT INTO group_member (group_id, user_id) SELECT g.id, u.id FROM "group" g, "user" u
     WHERE g.display_name = $1 AND u.user_principal_name = $2`,
    [group, inside.userPrincipalName],
  )

  await enterAdministration(page, world)
  await page.getByRole('navigation').getByRole('link', { name: 'Authentication methods' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Authentication methods')
  const phone = page.getByRole('row', { name: /Phone: text message/ })
  await expect(phone).toContainText('Off')
  await expectAccessible(page)

  await test.step('the form looks a group up and keeps what was chosen', async () => {
    await phone.getByRole('link', { name: 'Phone: text message' }).click()
    await page.getByRole('radio', { name: /^On/ }).check()
    await page.getByRole('radio', { name: /People in certain groups/ }).check()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Choose at least one group, or everybody.')
    const groups = page.getByRole('group', { name: 'Groups that may use it' })
    await groups.getByLabel('Find a group').fill(group.slice(0, 9))
    await groups.getByRole('button', { name: 'Find' }).click()
    await groups.getByRole('checkbox', { name: group }).check()
    await expect(page.getByRole('radio', { name: /^On/ })).toBeChecked()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'See what this means' }).click()
  })

  await test.step('the preview says how many people it concerns, and who', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('What this change means')
    await expect(page.getByText('1 person may use it, nobody until now.')).toBeVisible()
    await expect(page.getByText(group)).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Go back and change it' }).click()
    await expect(
      page.getByRole('group', { name: 'Groups that may use it' }).getByRole('checkbox', { name: group }),
    ).toBeChecked()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await page.getByRole('button', { name: 'Save this change' }).click()
    await expect(page.getByText('Your change is saved and counts from now on.')).toBeVisible()
    await expect(page.getByRole('row', { name: /Phone: text message/ })).toContainText(group)
  })

  await test.step('whoever is in the group is offered the phone', async () => {
    const person = await browser.newPage({ baseURL: process.env.E2E_ORIGIN })
    await from(person, addresses.trusted)
    await signIn(person, inside)
    await person.getByRole('link', { name: 'Next' }).click()
    await person.getByRole('link', { name: 'I want to set up a different method' }).click()
    await expect(person.getByRole('link', { name: /^Phone/ })).toBeVisible()
    await person.close()
  })

  await test.step('taking the app away says who loses their only method, the one who asks among them', async () => {
    await page.goto('/admin/authentication-methods/softwareOath')
    await expect(page.getByRole('radio', { name: /^SHA-1/ })).toBeChecked()
    await page.getByRole('radio', { name: /^60 seconds/ }).check()
    await expectAccessible(page)
    await page.getByRole('radio', { name: /^Off/ }).check()
    await page.getByRole('button', { name: 'See what this means' }).click()
    await expect(page.getByText(/people lose their only method/)).toBeVisible()
    await expect(page.getByText('SHA-1, a new code every 60 seconds')).toBeVisible()
    await expect(page.getByText('You are one of them')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: /^Show who: \d+ people lose their only method/ }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('people lose their only method')
    await expect(page.getByRole('row', { name: /Cia Lindqvist/ })).toBeVisible()
    await expectAccessible(page)
  })

  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = $2`, [
    JSON.stringify(stored?.document),
    'authenticationMethodsPolicy',
  ])
})

test('password reset is for one group, and an older page does not overwrite a newer decision', async ({
  page,
  world,
}) => {
  const [stored] = await world.rows<{ document: unknown }>(
    `SELECT document FROM tenant_policy WHERE name = 'passwordResetPolicy'`,
  )
  await enterAdministration(page, world)
  await page.goto('/admin/password-reset')
  await expectAccessible(page)
  await page.getByRole('radio', { name: /^Two methods/ }).check()
  await page.getByRole('checkbox', { name: /Phone/ }).uncheck()
  await page.getByRole('checkbox', { name: /Office phone/ }).uncheck()
  await page.getByRole('checkbox', { name: /Email/ }).uncheck()
  await page.getByLabel('Days until they confirm').fill('900')
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Choose at least as many methods as are needed.')
  await expect(page.getByRole('alert').first()).toContainText('Enter a whole number from 0 to 730.')
  await page.getByRole('checkbox', { name: /Email/ }).check()
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Beside the authenticator app choose as many methods')
  await page.getByRole('checkbox', { name: /Phone/ }).check()
  await page.getByLabel('Days until they confirm').fill('180')
  await page.getByRole('radio', { name: /^One group/ }).check()
  const groups = page.getByRole('group', { name: 'The group' })
  await groups.getByRole('checkbox', { name: /^Sales/ }).check()
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByText(/people may reset their password, \d+ people until now/)).toBeVisible()
  await expect(page.getByText(/can no longer reset their password/).first()).toBeVisible()
  await expectAccessible(page)
  const address = page.url()
  await page.getByRole('button', { name: 'Save this change' }).click()
  await expect(page.getByText('Your change is saved and counts from now on.')).toBeVisible()
  const [row] = await world.rows<{ document: { numberOfMethodsRequired: number; reconfirmDays: number } }>(
    `SELECT document FROM tenant_policy WHERE name = 'passwordResetPolicy'`,
  )
  expect(row?.document).toMatchObject({ enabledFor: 'selected', numberOfMethodsRequired: 2, reconfirmDays: 180 })

  await page.goto(address)
  await expect(page.getByText('Someone else has changed this meanwhile')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save this change' })).toHaveCount(0)
  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = 'passwordResetPolicy'`, [
    JSON.stringify(stored?.document),
  ])
})

test('a User Administrator decides whom password reset is for, and reads the rest', async ({ page, world }) => {
  const [stored] = await world.rows<{ document: object }>(
    `SELECT document FROM tenant_policy WHERE name = 'passwordResetPolicy'`,
  )
  const uma = await aNewJoiner(world, 'uma')
  await from(page, addresses.trusted)
  const secret = await registerApp(page, uma, -30)
  await world.rows(
    `INSERT INTO role_assignment (user_id, role_id) SELECT id, $2::uuid FROM "user" WHERE user_principal_name = $1`,
    [uma.userPrincipalName, directoryRoles.userAdministrator],
  )
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await enter(page, world, uma, secret)
  // An administrator needs two methods for a reset of their own, and may put that off.
  await page.getByRole('button', { name: 'Not now' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
  await page.goto('/admin')
  await page.getByRole('navigation').getByRole('link', { name: 'Password reset', exact: true }).click()
  await expectAccessible(page)
  await expect(page.getByRole('radio')).toHaveCount(3)
  await expect(page.getByRole('region', { name: 'How a reset goes' })).toContainText('Methods needed')

  await page.getByRole('radio', { name: /^One group/ }).check()
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Choose the one group')
  await page
    .getByRole('group', { name: 'The group' })
    .getByRole('checkbox', { name: /^Sales/ })
    .check()
  await page.getByRole('button', { name: 'See what this means' }).click()
  await expect(page.getByText(/people may reset their password, \d+ people until now/)).toBeVisible()
  await page.getByRole('button', { name: 'Save this change' }).click()
  await expect(page.getByText('Your change is saved and counts from now on.')).toBeVisible()
  const now = () =>
    world.rows<{ document: object }>(`SELECT document FROM tenant_policy WHERE name = 'passwordResetPolicy'`)
  const saved = { ...stored?.document, enabledFor: 'selected', groupId: expect.any(String) }
  expect((await now())[0]?.document).toEqual(saved)

  await test.step('a change of more, made by hand, is refused', async () => {
    const [{ version } = { version: 0 }] = await world.rows<{ version: number }>(
      `SELECT version FROM tenant_policy WHERE name = 'passwordResetPolicy'`,
    )
    const change = Buffer.from(JSON.stringify({ enabledFor: 'none', groupId: null, reconfirmDays: 1 }))
    await page.goto(`/admin/password-reset/preview?version=${version}&change=${change.toString('base64url')}`)
    await page.getByRole('button', { name: 'Save this change' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Your role doesn’t include this')
    expect((await now())[0]?.document).toEqual(saved)
  })
  await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = 'passwordResetPolicy'`, [
    JSON.stringify(stored?.document),
  ])
})

test('a custom strength is made, asked for by a policy, and then neither deleted nor changed by accident', async ({
  page,
  world,
}) => {
  const name = `Passkey or app ${randomUUID().slice(0, 6)}`
  const policy = `Strong apps ${randomUUID().slice(0, 6)}`
  await enterAdministration(page, world)
  await page.getByRole('navigation').getByRole('link', { name: 'Authentication strengths' }).click()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'New strength' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert').first()).toContainText('Tick at least one combination.')
  await page.getByRole('checkbox', { name: 'Passkey', exact: true }).check()
  await page.getByRole('checkbox', { name: 'Password + Authenticator app code' }).check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByText('The strength is created.')).toBeVisible()
  await expectAccessible(page)

  await test.step('a policy asks for it', async () => {
    await page.goto('/admin/conditional-access/new')
    await page.getByLabel('Policy name').fill(policy)
    await page.getByRole('radio', { name: /All users/ }).check()
    await page.getByRole('radio', { name: /User actions/ }).check()
    await page.getByRole('radio', { name: /Grant access/ }).check()
    await page.getByRole('checkbox', { name: /Require authentication strength/ }).check()
    await page.getByLabel('Authentication strength', { exact: true }).selectOption({ label: name })
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(policy)
  })

  await test.step('so it stays, with the policy’s name as the reason, and a change is confirmed', async () => {
    await page.goto('/admin/authentication-strengths')
    await page.getByRole('row', { name }).getByRole('link', { name, exact: true }).click()
    await page.getByRole('link', { name: 'Delete strength' }).click()
    await expect(page.getByText(`A policy still asks for it: ${policy}.`)).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Cancel' }).click()
    await page.getByRole('checkbox', { name: 'Password + Text message' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('alert').first()).toContainText('Policies use this strength.')
    await page.getByLabel('Type the name to confirm').fill(name)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Your changes are saved')).toBeVisible()
  })

  await world.rows('DELETE FROM conditional_access_policy WHERE display_name = $1', [policy])
  await page.reload()
  await page.getByRole('link', { name: 'Delete strength' }).click()
  await page.getByRole('button', { name: 'Delete strength' }).click()
  await expect(page.getByText('The strength is deleted.')).toBeVisible()
})

import { readFile } from 'node:fs/promises'
import { addresses, expect, test, type World } from '../support/e2e'
import {
  aGroupOf,
  aNewJoiner,
  enterAdministration,
  expectAccessible,
  from,
  registerApp,
  signIn,
} from '../support/journey'

/** What a policy comes to, where policies leave gaps, and what a reference leads to. */

/** The policy of the how-to for one group alone, so that no other journey meets it. */
async function aPolicyFor(world: World, group: string, displayName: string, state: string): Promise<string> {
  const [row] = await world.rows<{ id: string }>(
    `INSERT INTO conditional_access_policy (id, display_name, state, document)
     SELECT gen_random_uuid(), $2, $3, jsonb_build_object(
       'conditions', jsonb_build_object(
         'users', jsonb_build_object('includeGroups', jsonb_build_array(g.id)),
         'applications', jsonb_build_object('includeUserActions', jsonb_build_array('urn:user:registersecurityinfo')),
         'locations', jsonb_build_object('includeLocations', jsonb_build_array('All'),
           'excludeLocations', jsonb_build_array('AllTrusted')),
         'clientAppTypes', jsonb_build_array('all')),
       'grantControls', jsonb_build_object('operator', 'OR', 'builtInControls', jsonb_build_array('mfa')))
     FROM "group" g WHERE g.display_name = $1 RETURNING id`,
    [group, displayName, state],
  )
  if (!row) throw new Error('no policy')
  // What pages know of the policies may be five seconds old.
  await new Promise((done) => setTimeout(done, 5500))
  return row.id
}

test('a report-only policy stops nobody, and its impact says what it would have done', async ({
  page,
  browser,
  world,
}) => {
  const newcomer = await aNewJoiner(world, 'nora')
  const group = await aGroupOf(world, 'Pilot', newcomer)
  const name = `Report: ${group}`
  const id = await aPolicyFor(world, group, name, 'enabledForReportingButNotEnforced')

  const elsewhere = await browser.newContext({ baseURL: process.env.E2E_ORIGIN })
  const person = await elsewhere.newPage()
  await from(person, addresses.untrusted)
  await registerApp(person, newcomer)
  await elsewhere.close()

  await enterAdministration(page, world)
  await page.goto(`/admin/conditional-access/${id}`)
  await page.getByRole('link', { name: 'See its impact' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Impact')
  await expect(page.getByText('Microsoft Entra may report nothing for such a policy')).toBeVisible()
  await expect(page.getByRole('img', { name: /Last 24 hours: asked/ })).toBeVisible()
  await expectAccessible(page)

  await test.step('what it would have asked for leads to the decisions', async () => {
    await page.getByRole('link', { name: 'Registering security info' }).click()
    await page.getByRole('link', { name: /^User action required: \d+/ }).click()
    await page
      .getByRole('row', { name: /Nora Journey/ })
      .first()
      .getByRole('link')
      .click()
    await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText(
      'Report-only: would ask the person for something',
    )
    await expect(page.getByText('told by a trusted proxy')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('the log is filtered by what the policy came to', async () => {
    await page.goto(`/admin/sign-in-log?policy=${id}&policyResult=actionRequired`)
    await expect(page.getByRole('row', { name: /Nora Journey/ }).first()).toContainText('Report-only: would ask')
    await expectAccessible(page)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as CSV' }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    expect(file.split('\r\n')[0]).toContain('time,user,user name')
    expect(file).toContain(newcomer.userPrincipalName)
    expect(file).not.toContain('ada@harbor.example')
  })

  await test.step('the numbers come as a file, too', async () => {
    await page.goto(`/admin/conditional-access/${id}/impact?over=month`)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as CSV' }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    expect(file).toContain('registration,reportOnly,actionRequired')
  })

  await test.step('coverage says who registers without any policy', async () => {
    await page.goto('/admin/conditional-access')
    await page.getByRole('main').getByRole('link', { name: 'Coverage' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Coverage')
    await expect(page.getByRole('rowheader', { name: /registering from/ }).first()).toBeVisible()
    await expectAccessible(page)
    await page.goto('/admin/conditional-access/coverage/people')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('People who can’t do what a policy asks')
    await expectAccessible(page)
  })
})

test('whoever is stopped sees a reference and no policy, and an administrator who pastes it sees the decision', async ({
  page,
  browser,
  world,
}) => {
  const newcomer = await aNewJoiner(world, 'theo')
  const group = await aGroupOf(world, 'Crew', newcomer)
  const name = `Secret plan ${group}`
  await aPolicyFor(world, group, name, 'enabled')

  const elsewhere = await browser.newContext({ baseURL: process.env.E2E_ORIGIN })
  const person = await elsewhere.newPage()
  await from(person, addresses.untrusted)
  await signIn(person, newcomer)
  await expect(person.getByRole('heading', { level: 1 })).toHaveText('You can’t set this up from here yet')
  await expect(person.getByRole('heading', { name: 'Use a Temporary Access Pass' })).toBeVisible()
  await expect(person.getByRole('heading', { name: 'Use your organisation’s network' })).toBeVisible()
  const said = await person.content()
  for (const word of [name, group, 'Secret plan', 'Conditional Access']) expect(said).not.toContain(word)
  await expectAccessible(person)
  const reference = (await person.locator('code').innerText()).trim()
  expect(reference).toMatch(/^[0-9a-f-]{36}$/)
  await elsewhere.close()

  await enterAdministration(page, world)
  await expectAccessible(page)
  await page.getByLabel('Reference from a person').fill(`Ref ${reference.toUpperCase().replaceAll('-', ' ')}`)
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  if (page.url().includes('/reference')) {
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Show the decision that stopped them' }).click()
  }
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Theo Journey')
  const decided = page.getByRole('listitem').filter({ hasText: name })
  await expect(decided).toContainText('Applied and not met')
  await expect(decided).toContainText('Not met: do multifactor authentication.')

  await test.step('what is no reference, and one that nobody has, are told apart', async () => {
    await page.goto('/admin/sign-in-log/reference?reference=hello')
    await expect(page.getByText('There is no reference in this, or more than one.')).toBeVisible()
    await page.goto('/admin/sign-in-log/reference?reference=018f3c2a-7b1d-7e44-9a51-0c2b6f9e1d33')
    await expect(page.getByText('Nothing in the sign-in log has this reference.')).toBeVisible()
    await expectAccessible(page)
  })
})

import { addresses, expect, test } from '../support/e2e'
import { aNewJoiner, forgetLimits, from, signIn } from '../support/journey'

/** Terms of use where no script runs: declining, coming back, a text that changed meanwhile, accepting. */

const name = 'Rules without scripts'

test.afterEach(async ({ world }) => {
  await world.rows(
    `UPDATE conditional_access_policy SET state = 'disabled', deleted_at = now() WHERE display_name = $1`,
    [name],
  )
})

test('terms are declined and accepted without scripts', async ({ page, world }) => {
  await forgetLimits(world)
  const joiner = await aNewJoiner(world, 'theo')
  const [terms] = await world.rows<{ id: string }>(
    'INSERT INTO terms_of_use (id, display_name) VALUES (gen_random_uuid(), $1) RETURNING id',
    [name],
  )
  const write = (version: number, words: string) =>
    world.rows('INSERT INTO terms_of_use_text (terms_id, version, languages) VALUES ($1, $2, $3)', [
      ...[terms?.id, version],
      JSON.stringify([{ language: 'en', text: words }]),
    ])
  await write(1, 'The first text.')
  const [user] = await world.rows<{ id: string }>('SELECT id FROM "user" WHERE user_principal_name = $1', [
    joiner.userPrincipalName,
  ])
  const document = {
    conditions: { users: { includeUsers: [user?.id] }, applications: { includeApplications: ['All'] } },
    grantControls: { operator: 'AND', builtInControls: [], termsOfUse: [terms?.id] },
  }
  await world.rows(
    `INSERT INTO conditional_access_policy (id, display_name, state, document) VALUES (gen_random_uuid(), $1, 'enabled', $2)`,
    [name, JSON.stringify(document)],
  )

  await from(page, addresses.trusted)
  await signIn(page, joiner)
  await expect(page.getByText('The first text.')).toBeVisible()
  await page.getByRole('button', { name: 'Decline' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You declined the terms of use')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('The first text.')).toBeVisible()

  await write(2, 'The second text.')
  await world.rows('UPDATE terms_of_use SET text_version = 2, accepted_from_version = 2 WHERE id = $1', [terms?.id])
  await page.getByRole('button', { name: 'Accept and go on' }).click()
  await expect(page.getByText('The text has changed since you opened this page.')).toBeVisible()
  await expect(page.getByText('The second text.')).toBeVisible()
  await page.getByRole('button', { name: 'Accept and go on' }).click()
  await expect(page).toHaveURL(/\/security-info/)
})

import type { Page } from '@playwright/test'
import { addresses, expect, test, type World } from '@/tests/support/e2e'
import {
  aNewJoiner,
  appCode,
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  from,
  signIn,
} from '@/tests/support/journey'

/** Security questions: turned on with their risk named, answered in the wizard, removed and answered anew. */

const ada = castPerson('ada')
const policies = ['authenticationMethodsPolicy', 'passwordResetPolicy'] as const
let stored: { name: string; document: unknown }[] = []

test.beforeEach(async ({ world }) => {
  stored = await world.rows(`SELECT name, document FROM tenant_policy WHERE name = ANY($1)`, [policies])
  await world.rows(
    `UPDATE tenant_policy SET version = version + 1, document = jsonb_set(document, '{methods,securityQuestions}',
       '{"state": "enabled", "includeTargets": [{"targetType": "group", "id": "all_users"}], "excludeTargets": []}')
     WHERE name = 'authenticationMethodsPolicy'`,
  )
  await forgetLimits(world)
})
test.afterEach(async ({ world }) => {
  for (const { name, document } of stored)
    await world.rows(`UPDATE tenant_policy SET document = $1, version = version + 1 WHERE name = $2`, [
      JSON.stringify(document),
      name,
    ])
})

async function administer(desk: Page, world: World): Promise<void> {
  await from(desk, addresses.trusted)
  await signIn(desk, ada)
  await forgetLimits(world)
  await desk.getByLabel('Code from your authenticator app').fill(castCode(ada))
  await desk.getByRole('button', { name: 'Confirm' }).click()
  await desk.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await desk.goto('/admin/password-reset')
}

async function answer(page: Page, number: number, question: string | RegExp, text: string): Promise<void> {
  const row = page.getByRole('group', { name: `Question ${number}` })
  const option = row.getByRole('combobox').locator('option').filter({ hasText: question })
  await row.getByRole('combobox').selectOption((await option.getAttribute('value')) ?? '')
  await row.getByLabel('Answer').fill(text)
}

function row(page: Page) {
  return page
    .getByRole('list', { name: 'Your sign-in methods' })
    .getByRole('listitem')
    .filter({ hasText: 'Security questions' })
}

test('security questions are turned on, answered in the wizard, and answered anew', async ({
  page,
  browser,
  world,
}) => {
  const harbour = 'Which boat did you learn to row in?'

  await test.step('the administrator lists them: one method needed is refused until the risk is accepted', async () => {
    const context = await browser.newContext({ baseURL: process.env.E2E_ORIGIN })
    const desk = await context.newPage()
    await administer(desk, world)
    await desk.getByRole('checkbox', { name: /^Security questions/ }).check()
    await desk.getByLabel('Questions people answer when they register').selectOption('3')
    await desk.getByLabel('Questions they are asked to reset their password').selectOption('4')
    await desk.getByLabel('Questions of your own').fill(`${harbour}\n\n`)
    await desk.getByRole('button', { name: 'See what this means' }).click()
    await expect(desk.getByRole('alert').first()).toContainText('Nobody can be asked more questions')
    await desk.getByLabel('Questions they are asked to reset their password').selectOption('3')
    await desk.getByRole('button', { name: 'See what this means' }).click()
    await expect(desk.getByRole('alert').first()).toContainText('questions alone would reset a password')
    await expect(desk.getByLabel('Questions of your own')).toHaveValue(new RegExp(harbour.replace('?', '\\?')))
    await desk.getByText('Choose which of our 35 questions are offered').click()
    await expectAccessible(desk)
    await desk.getByRole('radio', { name: /^Two methods/ }).check()
    await desk.getByRole('button', { name: 'See what this means' }).click()
    await expect(desk.getByRole('heading', { level: 1 })).toHaveText('What this change means')
    await expect(desk.getByText('3 answered, 3 asked')).toBeVisible()
    await expect(desk.getByText(/asked to register/).first()).toBeVisible()
    await expectAccessible(desk)
    await desk.getByRole('button', { name: 'Save this change' }).click()
    await expect(desk.getByText('Your change is saved and counts from now on.')).toBeVisible()
    await context.close()
  })

  const person = await aNewJoiner(world, 'quinn')
  let secret = ''
  await test.step('a newcomer answers them in the wizard, with every slip explained', async () => {
    await signIn(page, person)
    await page.getByRole('link', { name: 'Next' }).click()
    // The first method is a second factor; only the other one may be questions.
    await page.getByRole('link', { name: 'I want to set up a different method' }).click()
    await expect(page.getByRole('link', { name: /^Security questions/ })).toHaveCount(0)
    await page.getByRole('link', { name: /^Authenticator app/ }).click()
    await page.getByRole('button', { name: 'Show the code to scan' }).click()
    await page.getByText('Can’t scan it? Use a setup key').click()
    secret = await page.getByText(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()
    await page.getByLabel('Code from your app').fill(appCode(secret))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByText('Your authenticator app is set up.')).toBeVisible()
    await page.getByRole('link', { name: 'I want to set up a different method' }).click()
    await page.getByRole('link', { name: /^Security questions/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Answer security questions' })).toBeVisible()
    await expect(page.getByText('Answers can be guessed')).toBeVisible()
    await expectAccessible(page)
    await answer(page, 1, harbour, 'the leaky one')
    await answer(page, 2, /^Which toy did you lose/, 'The  Leaky One')
    await answer(page, 3, /^Where did you learn to swim/, 'at the north mole')
    await page.getByRole('button', { name: 'Save my answers' }).click()
    await expect(page.getByRole('alert').first()).toContainText('You gave this answer before.')
    await expectAccessible(page)
    const second = page.getByRole('group', { name: 'Question 2' })
    await expect(second.getByRole('combobox')).toHaveValue('toyLost')
    await expect(second.getByLabel('Answer')).toHaveValue('')
    await answer(page, 1, harbour, 'the leaky one')
    await answer(page, 2, /^Which toy did you lose/, 'a tin whale')
    await answer(page, 3, /^Where did you learn to swim/, 'at the north mole')
    await page.getByRole('button', { name: 'Save my answers' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
    const answers = await world.rows<{ question_key: string; answer_hash: string }>(
      `SELECT question_key, answer_hash FROM security_answer a JOIN authentication_method m ON m.id = a.method_id
       JOIN "user" u ON u.id = m.user_id WHERE u.user_principal_name = $1 ORDER BY question_key`,
      [person.userPrincipalName],
    )
    expect(answers.map(({ question_key }) => question_key)).toEqual([`custom:${harbour}`, 'learnedToSwim', 'toyLost'])
    for (const { answer_hash } of answers) expect(answer_hash).toMatch(/^\$argon2id\$/)
  })

  await test.step('that is all; the list says how many were answered', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(row(page)).toContainText('3 questions answered')
    await expect(page.getByText('You can reset your password yourself.')).toBeVisible()
    await page.goto('/security-info/add')
    await expect(page.getByText('To answer anew, remove them first.')).toBeVisible()
  })

  await test.step('removed, and answered anew without scripts', async () => {
    await page.goto('/security-info')
    await row(page).getByRole('link', { name: 'Remove Security questions' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(page.getByText('The method is removed.')).toBeVisible()
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: process.env.E2E_ORIGIN })
    const plain = await context.newPage()
    await signIn(plain, person)
    await forgetLimits(world)
    await plain.getByLabel('Code from your authenticator app').fill(appCode(secret))
    await plain.getByRole('button', { name: 'Confirm' }).click()
    // One method is missing again, so the wizard asks for it.
    await plain.getByRole('link', { name: 'Next' }).click()
    await plain.getByRole('link', { name: 'I want to set up a different method' }).click()
    await plain.getByRole('link', { name: /^Security questions/ }).click()
    for (const [index, text] of ['first answer', 'second answer', 'third answer'].entries())
      await answer(plain, index + 1, ['Which rhyme', 'Which recipe', 'Which book'][index] ?? '', text)
    await plain.getByRole('button', { name: 'Save my answers' }).click()
    await expect(plain.getByRole('heading', { level: 1, name: 'You’re all set' })).toBeVisible()
    await context.close()
  })
})

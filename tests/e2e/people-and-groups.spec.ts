import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e'
import { enterAdministration, expectAccessible } from '../support/journey'

/** Lists of people and groups: looked at, confirmed, watched, and taken out again. */

async function upload(page: Page, kind: 'People' | 'Groups', name: string, text: string | Buffer): Promise<void> {
  await page.goto('/admin/people-and-groups')
  await page.getByRole('radio', { name: kind }).check()
  const buffer = typeof text === 'string' ? Buffer.from(text) : text
  await page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'text/csv', buffer })
  await page.getByRole('button', { name: 'Look at what it would do' }).press('Enter')
}

async function downloaded(page: Page, link: string): Promise<{ name: string; text: string }> {
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: link, exact: true }).press('Enter')
  const download = await waiting
  return { name: download.suggestedFilename(), text: await readFile((await download.path()) ?? '', 'utf8') }
}

test('people and groups come in from files after somebody has looked, and go out again', async ({ page, world }) => {
  test.setTimeout(180_000)
  const tag = randomUUID().slice(0, 6)
  const crew = `Crew ${tag}`
  await enterAdministration(page, world)

  await test.step('the page says what a file looks like, and refuses what is none', async () => {
    await page.goto('/admin')
    await page.getByRole('link', { name: 'Import and export' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Import and export' })).toBeVisible()
    await expect(page.getByText('Passwords in a file are ignored and not kept')).toBeVisible()
    await expectAccessible(page)
    await upload(page, 'People', 'list.csv', 'displayName\nAna')
    await expect(page.getByText('The first line must name the columns')).toBeVisible()
    await expectAccessible(page)
    // Another site's form has no token of this browser.
    const answered = await page.evaluate(async () => {
      const form = new FormData()
      for (const [name, value] of Object.entries({ formToken: 'x'.repeat(43), kind: 'people' })) form.set(name, value)
      form.set('file', new File(['upn,name\nx@y.example,X'], 'a.csv'))
      return (await fetch('/admin/people-and-groups/file', { method: 'POST', body: form })).url
    })
    expect(answered).toContain('error=form.stale')
  })

  await test.step('groups first', async () => {
    await upload(
      page,
      'Groups',
      'groups.csv',
      `name,description,memberGroups\n${crew},Who sails,\nFleet ${tag},,${crew}`,
    )
    await expect(page.getByText('Nothing has happened yet')).toBeVisible({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Carry out 2 lines' }).press('Enter')
    await expect(page.getByText('Every line was carried out.')).toBeVisible({ timeout: 30_000 })
  })

  await test.step('then people, in the form that Entra takes: the dry run names each line', async () => {
    const people = Array.from(
      { length: 1200 },
      (_, index) => `Sailor ${index},sailor${index}.${tag}@harbor.example,No,,`,
    )
    const lines = [
      'version:v1.0,,,,',
      'Name [displayName] Required,User name [userPrincipalName] Required,Block sign in (Yes/No) [accountEnabled] Required,groups,Initial password [passwordProfile] Required',
      'Example: Chris Green,chris@contoso.com,No,,Secret1',
      `Kim Åberg,kim.${tag}@harbor.example,Yes,${crew},Secret2`,
      `Kim again,KIM.${tag}@harbor.example,No,,`,
      'Ada Other,ada@harbor.example,No,,',
      `Lost,lost.${tag}@harbor.example,No,Nowhere,`,
      `=cmd,no name,No,,`,
      ...people,
    ]
    await upload(page, 'People', 'people.csv', Buffer.from(`\uFEFF${lines.join('\r\n')}`, 'utf16le'))
    await expect(page.getByText('Nothing has happened yet')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('1,201 new, 0 changed, 0 as they are, 4 left out')).toBeVisible()
    await expect(page.getByText('Columns that are not used here: Initial password')).toBeVisible()
    const kim = page.getByRole('row').filter({ hasText: `kim.${tag}@harbor.example` })
    await expect(kim).toContainText('Is created')
    await expect(kim).toContainText(`groups: ${crew}`)
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Left out (4)' }).press('Enter')
    const row = (line: number) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: `${line}`, exact: true }) })
    await expect(row(5)).toContainText('stands on line 4 already')
    await expect(row(6)).toContainText('your own account')
    await expect(row(7)).toContainText('There is no group Nowhere')
    await expect(row(8)).toContainText('A user name needs the form')
    await expectAccessible(page)
    const failures = await downloaded(page, 'Download Failures_people.csv')
    expect(failures.name).toBe('Failures_people.csv')
    expect(failures.text).toContain(`7,lost.${tag}@harbor.example,groups,`)
    expect(failures.text).not.toContain('Secret')
    const stored = await world.rows('SELECT 1 FROM "user" WHERE user_principal_name LIKE $1', [
      `%.${tag}@harbor.example`,
    ])
    expect(stored).toEqual([])
  })

  await test.step('confirmed, it is carried out and says what was left out', async () => {
    await page.getByRole('button', { name: 'Carry out 1,201 lines' }).press('Enter')
    await expect(page.getByText('4 lines were left out')).toBeVisible({ timeout: 90_000 })
    await expectAccessible(page)
    const [kim] = await world.rows(
      `SELECT account_enabled, password_hash, (SELECT count(*)::int FROM group_member WHERE user_id = u.id) AS groups
       FROM "user" u WHERE user_principal_name = $1`,
      [`kim.${tag}@harbor.example`],
    )
    expect(kim).toEqual({ account_enabled: false, password_hash: null, groups: 1 })
  })

  await test.step('the list goes out and comes back without a change', async () => {
    await page.goto('/admin/people-and-groups')
    const people = await downloaded(page, 'Download people')
    expect(people.name).toBe('people.csv')
    expect(people.text).toContain(`kim.${tag}@harbor.example,Kim Åberg,,,member,,false,${crew}`)
    const groups = await downloaded(page, 'Download groups with members')
    expect(groups.text).toContain(`${crew},Who sails,kim.${tag}@harbor.example,`)
    const own = people.text.split('\r\n').filter((line, index) => index === 0 || line.includes(tag))
    await upload(page, 'People', 'people.csv', own.join('\r\n'))
    await expect(page.getByText('There is nothing to do: no line would change anything.')).toBeVisible({
      timeout: 60_000,
    })
    await page.getByRole('button', { name: 'Throw the file away' }).press('Enter')
    await expect(page.getByText('The file is thrown away. Nothing was changed.')).toBeVisible()
  })
  await world.rows('DELETE FROM "user" WHERE user_principal_name LIKE $1', [`%.${tag}@harbor.example`])
  await world.rows('DELETE FROM "group" WHERE display_name IN ($1, $2)', [crew, `Fleet ${tag}`])
})

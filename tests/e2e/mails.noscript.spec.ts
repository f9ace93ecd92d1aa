import { randomBytes } from 'node:crypto'
import { expect, test } from '../support/e2e'
import { enterAdministration } from '../support/journey'
import { aPng } from '../support/pictures'

/** Branding mails where scripts are switched off: refused, looked at, saved, a logo, words of one's own, a test. */

test('without scripts, mails are branded, looked at and tested', async ({ page, world }) => {
  test.setTimeout(180_000)
  const run = randomBytes(3).toString('hex')
  const mailbox = `ada.${run}@harbor.example`
  const giveMailbox = (address: string | null) =>
    world.rows(`UPDATE "user" SET mail = $1 WHERE user_principal_name = 'ada@harbor.example'`, [address])
  const [before] = await world.rows<{ mail: string | null }>(
    `SELECT mail FROM "user" WHERE user_principal_name = 'ada@harbor.example'`,
  )
  const clean = async () => {
    await world.rows("DELETE FROM tenant_policy WHERE name LIKE 'mail%'")
    await world.rows('DELETE FROM mail_logo')
  }
  await clean()
  await giveMailbox(mailbox)
  try {
    await enterAdministration(page, world)
    await page.goto('/admin/notifications/branding')
    await page.getByLabel('Colour').fill('#eeeeee')
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('White text on this colour is hard to read').first()).toBeVisible()
    await page.getByLabel('Colour').fill('#1f5c2e')
    await page.getByLabel('Whom to ask').fill(`desk.${run}@harbor.example`)
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('This is a preview. Nothing is saved yet.')).toBeVisible()
    await expect(page.frameLocator('iframe').getByText(`desk.${run}@harbor.example`)).toBeVisible()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved. Mails that leave from now on look like this.')).toBeVisible()
    await page
      .getByLabel('Picture')
      .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(aPng(90, 30)) })
    await page.getByRole('button', { name: 'Use this logo' }).click()
    await expect(page.getByText('The logo goes with all mails from now on.')).toBeVisible()
    await page.getByRole('button', { name: 'Take the logo away' }).click()
    await expect(page.getByText('Mails have no logo from now on.')).toBeVisible()

    await page.goto('/admin/notifications/passUsed')
    await page.getByRole('group', { name: 'English' }).getByLabel('Subject').fill(`A pass was used ${run}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved. Mails that leave from now on look like this.')).toBeVisible()
    const since = new Date()
    await page.getByRole('button', { name: 'Send me a test' }).click()
    await expect(page.getByText('The test is on its way to you.')).toBeVisible()
    const { subject, text } = await world.message(mailbox, since)
    expect(subject).toBe(`Test: A pass was used ${run}`)
    expect(text).toContain(`Help desk: desk.${run}@harbor.example`)
  } finally {
    await clean()
    await giveMailbox(before?.mail ?? null)
  }
})

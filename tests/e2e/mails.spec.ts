import { randomBytes } from 'node:crypto'
import { expect, test } from '../support/e2e'
import { enterAdministration, expectAccessible } from '../support/journey'
import { aPng } from '../support/pictures'

/** How mails look and what they say, a test of one, and what administrators see and do when one does not arrive. */

const page1 = '/admin/notifications'

test('mails: branded, previewed, tested, and helped along when a server refuses them', async ({ page, world }) => {
  test.setTimeout(240_000)
  const run = randomBytes(3).toString('hex')
  const mailbox = `ada.${run}@harbor.example`
  const toAda = (address: string) =>
    world.rows(`UPDATE "user" SET mail = $1 WHERE user_principal_name = 'ada@harbor.example'`, [address])
  const clean = async () => {
    await world.rows("DELETE FROM tenant_policy WHERE name LIKE 'mail%'")
    await world.rows('DELETE FROM mail_logo')
    await world.rows(`UPDATE "user" SET preferred_language = NULL WHERE user_principal_name = 'ada@harbor.example'`)
  }
  const [{ mail: before } = { mail: null }] = await world.rows<{ mail: string | null }>(
    `SELECT mail FROM "user" WHERE user_principal_name = 'ada@harbor.example'`,
  )
  await clean()
  await toAda(mailbox)
  const frame = page.frameLocator('iframe')
  const test1 = page.getByRole('button', { name: 'Send me a test' })
  try {
    await enterAdministration(page, world)

    await test.step('every mail is listed, with when and to whom', async () => {
      await page.getByRole('link', { name: 'Mails to people' }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Mails to people' })).toBeVisible()
      await expect(page.getByRole('row')).toHaveCount(25)
      await expectAccessible(page)
    })

    await test.step('a colour that cannot be read is refused, with one that can', async () => {
      await page.getByRole('link', { name: 'Change how mails look' }).click()
      await page.getByLabel('Colour').fill('#ffcc00')
      await page.getByRole('button', { name: 'Preview' }).click()
      await expect(page.getByText('White text on this colour is hard to read').first()).toBeVisible()
      await expect(page.getByLabel('Colour')).toHaveValue('#ffcc00')
      await expectAccessible(page)
    })

    await test.step('a look is shown before it is saved', async () => {
      await page.getByLabel('Colour').fill('#7a1f5c')
      await page.getByLabel('Whom to ask').fill(`help.${run}@harbor.example`)
      await page.getByLabel('Last lines').fill('Harbor Ltd, 1 Quay Street')
      await page.getByRole('button', { name: 'Preview' }).click()
      await expect(page.getByText('This is a preview. Nothing is saved yet.')).toBeVisible()
      await expect(frame.getByText(`Help desk: help.${run}@harbor.example`)).toBeVisible()
      expect(await world.rows("SELECT 1 FROM tenant_policy WHERE name = 'mailBranding'")).toEqual([])
      await expect(page.getByLabel('Colour')).toHaveValue('#7a1f5c')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. Mails that leave from now on look like this.')).toBeVisible()
      await expect(frame.getByText('Harbor Ltd, 1 Quay Street')).toBeVisible()
    })

    await test.step('a logo is a picture and nothing else, and stands in the mail', async () => {
      const svg = {
        name: 'logo.png',
        mimeType: 'image/png',
        buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      }
      await page.getByLabel('Picture').setInputFiles(svg)
      await page.getByRole('button', { name: 'Use this logo' }).click()
      await expect(page.getByText('This is not a complete PNG or JPEG picture.')).toBeVisible()
      await expectAccessible(page)
      await page.getByLabel('Picture').setInputFiles({ ...svg, buffer: Buffer.from(aPng(160, 60)) })
      await page.getByRole('button', { name: 'Use this logo' }).click()
      await expect(page.getByText('The logo goes with all mails from now on.')).toBeVisible()
      await expect(frame.locator('img')).toBeVisible()
      expect(await frame.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(160)
    })

    await test.step('words of one’s own are checked, shown in both languages, and saved', async () => {
      await page.goto(`${page1}/methodAdded`)
      const german = page.getByRole('group', { name: 'German' })
      await german.getByLabel('Subject').fill('{code} für Sie')
      await page.getByRole('button', { name: 'Preview' }).click()
      await expect(page.getByText('“{code}” stands for nothing in this mail.').first()).toBeVisible()
      await expectAccessible(page)
      await german.getByLabel('Subject').fill(`{organisation}: {method} ${run}`)
      await german.getByLabel('First sentences').fill('Das ist neu & gut.')
      await page.getByRole('button', { name: 'Preview' }).click()
      await expect(page.getByText('This is a preview. Nothing is saved yet.')).toBeVisible()
      await page.getByRole('navigation', { name: 'Language of the preview' }).getByText('German').click()
      await expect(page.getByText(`Harbor: Authenticator-App ${run}`, { exact: true })).toBeVisible()
      await expect(frame.getByText('Das ist neu & gut.')).toBeVisible()
      await page.getByText('Show the text part').click()
      await expect(page.locator('pre')).toContainText('Wann: ')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. Mails that leave from now on look like this.')).toBeVisible()
    })

    await test.step('a test arrives in the own mailbox, and says that it is one', async () => {
      const since = new Date()
      await test1.click()
      await expect(page.getByText('The test is on its way to you.')).toBeVisible()
      const { subject, text } = await world.message(mailbox, since)
      expect(subject).toBe(`Testnachricht: Harbor: Authenticator-App ${run}`)
      expect(text).toContain('Das ist ein Test')
      expect(text).toContain(`Helpdesk: help.${run}@harbor.example`)
    })

    const refused = `not-there-yet.${run}@harbor.example`
    const row = page.getByRole('row').filter({ hasText: 'Method added' }).first()
    await test.step('one that a server refuses shows why in words, and is sent again', async () => {
      await toAda(refused)
      await test1.click()
      await expect(page.getByText('The test is on its way to you.')).toBeVisible()
      await expect(async () => {
        await page.goto('/admin/message-delivery?channel=mail&state=givenUp')
        await expect(row).toContainText('The server refused this address for good.', { timeout: 1000 })
      }).toPass()
      await expect(row).toContainText('no•••@harbor.example')
      await expect(row).toContainText('smtp_550')
      await expectAccessible(page)
      const since = new Date()
      await row.getByRole('button', { name: 'Send again: Method added' }).click()
      await expect(page.getByText('The message is on its way again.')).toBeVisible()
      expect((await world.message(refused, since)).subject).toContain(run)
      expect(await page.content()).not.toContain(refused)
    })

    await test.step('one that nobody should get any more is dropped', async () => {
      await toAda(`not-there-yet.drop.${run}@harbor.example`)
      await page.goto(`${page1}/passUsed`)
      await test1.click()
      await expect(page.getByText('The test is on its way to you.')).toBeVisible()
      const dropped = page.getByRole('row').filter({ hasText: 'Temporary Access Pass used' }).first()
      await expect(async () => {
        await page.goto('/admin/message-delivery?state=givenUp')
        await expect(dropped).toBeVisible({ timeout: 1000 })
      }).toPass()
      await dropped.getByRole('button', { name: 'Drop: Temporary Access Pass used' }).click()
      await expect(page.getByText('The message is dropped. What it said is forgotten.')).toBeVisible()
      await page.goto('/admin/message-delivery?state=dropped')
      await expect(dropped).toContainText('Dropped')
      await expect(dropped.getByRole('button')).toHaveCount(0)
    })

    await test.step('a notice is switched off with a warning, and the list says so', async () => {
      await page.goto(`${page1}/perUserMfaOff`)
      await expect(page.getByText('NIST SP 800-63B asks for them')).toBeVisible()
      await page.getByLabel('Send this mail').uncheck()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. Mails that leave from now on look like this.')).toBeVisible()
      await expect(page.getByLabel('Send this mail')).not.toBeChecked()
      await page.goto(page1)
      await expect(page.getByRole('row').filter({ hasText: 'Second factor no longer asked for' })).toContainText(
        'Switched off',
      )
    })

    await test.step('everybody chooses the language of their own mails', async () => {
      await page.goto('/security-info')
      await page.getByLabel('Write to me in').selectOption('German')
      await page.getByRole('button', { name: 'Save language' }).click()
      await expect(page.getByText('Our next mail to you will be in that language.')).toBeVisible()
      await expect(page.getByLabel('Write to me in')).toHaveValue('de')
      await expectAccessible(page)
    })
  } finally {
    await clean()
    await world.rows(`UPDATE "user" SET mail = $1 WHERE user_principal_name = 'ada@harbor.example'`, [before])
  }
})

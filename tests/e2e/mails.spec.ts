import { randomBytes } from 'node:crypto'
import { addresses, expect, test, type World } from '../support/e2e'
import { aNewJoiner, enterAdministration, expectAccessible, from, registerApp } from '../support/journey'
import { aPng } from '../support/pictures'

/** How mails look and what they say, a test of one, and what administrators see and do when one does not arrive. */

const list = '/admin/notifications'
const saved = 'Saved. Mails that leave from now on look like this.'

/** As it is before anybody decided anything, whatever another try left. */
async function clean(world: World): Promise<void> {
  await world.rows("DELETE FROM tenant_policy WHERE name LIKE 'mail%'")
  await world.rows('DELETE FROM mail_logo')
  await world.rows(`UPDATE "user" SET preferred_language = NULL WHERE user_principal_name = 'ada@harbor.example'`)
}

/** Gives the administrator another mailbox; answers the one from before. */
async function giveMailbox(world: World, address: string | null): Promise<string | null> {
  const [row] = await world.rows<{ mail: string | null }>(
    `UPDATE "user" SET mail = $1 FROM (SELECT id, mail FROM "user" WHERE user_principal_name = 'ada@harbor.example') old
     WHERE "user".id = old.id RETURNING old.mail`,
    [address],
  )
  return row?.mail ?? null
}

test.afterEach(({ world }) => clean(world))

test('mails are branded, and shown before anything is saved', async ({ page, world }) => {
  test.setTimeout(300_000)
  const run = randomBytes(3).toString('hex')
  const frame = page.frameLocator('iframe')
  await clean(world)
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
    await expect(page.getByText(saved)).toBeVisible()
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
    await page.getByLabel('Picture').setInputFiles({ ...svg, buffer: Buffer.from(aPng(160, 60)) })
    await page.getByRole('button', { name: 'Use this logo' }).click()
    await expect(page.getByText('The logo goes with all mails from now on.')).toBeVisible()
    await expect(frame.locator('img')).toBeVisible()
    expect(await frame.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(160)
  })

  await test.step('words of one’s own are checked, shown in both languages, and saved', async () => {
    await page.goto(`${list}/methodAdded`)
    const german = page.getByRole('group', { name: 'German' })
    await german.getByLabel('Subject').fill('{code} für Sie')
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('“{code}” stands for nothing in this mail.').first()).toBeVisible()
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
    await expect(page.getByText(saved)).toBeVisible()
  })
})

test('a mail that does not arrive shows why, is sent again or dropped', async ({ page, world }) => {
  test.setTimeout(300_000)
  const run = randomBytes(3).toString('hex')
  const mailbox = `ada.${run}@harbor.example`
  const sendTest = page.getByRole('button', { name: 'Send me a test' })
  await clean(world)
  const before = await giveMailbox(world, mailbox)
  try {
    await enterAdministration(page, world)

    await test.step('a test arrives in the own mailbox, and says that it is one', async () => {
      const since = new Date()
      await page.goto(`${list}/methodAdded?language=de`)
      await sendTest.click()
      await expect(page.getByText('The test is on its way to you.')).toBeVisible()
      const { subject, text } = await world.message(mailbox, since)
      expect(subject).toBe('Testnachricht: Ihrem Konto wurde eine Anmeldemethode hinzugefügt')
      expect(text).toContain('Das ist ein Test')
    })

    const refused = `not-there-yet.${run}@harbor.example`
    const row = page.getByRole('row').filter({ hasText: 'Method added' }).first()
    await test.step('one that a server refuses shows why in words, and is sent again', async () => {
      await giveMailbox(world, refused)
      await sendTest.click()
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
      expect((await world.message(refused, since)).subject).toContain('Testnachricht')
      expect(await page.content()).not.toContain(refused)
    })

    await test.step('one that nobody should get any more is dropped', async () => {
      await giveMailbox(world, `not-there-yet.drop.${run}@harbor.example`)
      await page.goto(`${list}/passUsed`)
      await sendTest.click()
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
      await page.goto(`${list}/perUserMfaOff`)
      await expect(page.getByText('NIST SP 800-63B asks for them')).toBeVisible()
      await page.getByLabel('Send this mail').uncheck()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText(saved)).toBeVisible()
      await expect(page.getByLabel('Send this mail')).not.toBeChecked()
      await page.goto(list)
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
    await giveMailbox(world, before)
  }
})

test('a link of a mail, opened twice by whatever scans mails, leads to the sign-in page and does nothing', async ({
  page,
  request,
  world,
}) => {
  const sam = await aNewJoiner(world, 'sam')
  await from(page, addresses.trusted)
  await registerApp(page, sam)
  await page.close()
  const { text } = await world.message(sam.userPrincipalName)
  const links = text.match(/https?:\/\/\S+/g) ?? []
  expect(links).toEqual([`${process.env.E2E_ORIGIN}/security-info`])
  const account = () =>
    world.rows(
      `SELECT u.password_hash, u.account_enabled, s.sessions, m.methods, a.events FROM "user" u,
         LATERAL (SELECT array_agg(token_hash ORDER BY id) AS sessions FROM session WHERE user_id = u.id) s,
         LATERAL (SELECT jsonb_agg(to_jsonb(x) ORDER BY x.id) AS methods FROM authentication_method x WHERE user_id = u.id) m,
         LATERAL (SELECT count(*)::int AS events FROM audit_event WHERE record LIKE '%' || u.id || '%') a
       WHERE user_principal_name = $1`,
      [sam.userPrincipalName],
    )
  const before = await account()
  expect(before).toMatchObject([{ methods: [{ kind: 'softwareOath' }] }])
  for (const link of links)
    for (const method of ['HEAD', 'GET', 'GET']) {
      const answer = await request.fetch(link, { method })
      expect(answer.ok()).toBe(true)
      expect(new URL(answer.url()).pathname).toBe('/sign-in')
    }
  expect(await account()).toEqual(before)
})

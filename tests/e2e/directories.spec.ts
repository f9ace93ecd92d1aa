import { randomBytes } from 'node:crypto'
import { Client } from 'ldapts'
import { limits } from '@/lib/limits'
import { expect, test } from '@/tests/support/e2e'
import { castCode, castPerson, expectAccessible, forgetLimits, signIn } from '@/tests/support/journey'
import { hasSlapd, slapdBase, slapdManager, slapdPerson, slapdService, startSlapd } from '@/tests/support/slapd'

/** A directory is connected: told, tested, synchronised; then many people vanish from it at once. */

const ada = castPerson('ada')

test('a directory: connected, tested, synchronised, and held back when too many vanish', async ({ page, world }) => {
  test.skip(!hasSlapd, 'slapd is not installed here')
  await forgetLimits(world)
  // A second try finds what the first one left behind.
  const run = randomBytes(3).toString('hex')
  const directory = `Head office ${run}`
  const names = Array.from({ length: 8 }, (_, index) => `harbourer${run}x${index}`)
  const slapd = await startSlapd(names.map((name) => slapdPerson(name)).join(''))
  try {
    await signIn(page, ada)
    await page.getByLabel('Code from your authenticator app').fill(castCode(ada))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page).not.toHaveURL(/verify/)

    await test.step('an administrator tells the directory', async () => {
      await page.goto('/admin/directories')
      await expect(page.getByRole('heading', { level: 1, name: 'Directories' })).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Add directory' }).click()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Connect an LDAP directory' }).click()
      await page.getByLabel('Name', { exact: true }).fill(directory)
      await page.getByLabel('Servers').fill('https://wrong.example')
      await page.getByLabel(/^Certificate of the authority/).fill(slapd.authorityPem)
      await page.getByLabel('Service account', { exact: true }).fill(slapdService.dn)
      await page.getByLabel('Password of the service account').fill(slapdService.password)
      await page.getByLabel('Bases').fill(`ou=people,${slapdBase}`)
      await page.getByRole('button', { name: 'Add directory' }).click()
      await expect(page.getByText('Enter one address a line').first()).toBeVisible()
      await expectAccessible(page)
      await page.getByLabel('Servers').fill(slapd.ldapsUrl)
      await page.getByLabel('Password of the service account').fill(slapdService.password)
      world.turnClock(limits.freshness.destructiveAdministrationSeconds + 60)
      await page.getByRole('button', { name: 'Add directory' }).click()
      await expect(page.getByRole('alert').first()).toContainText('This needs a recent sign-in.')
      await expect(page.getByRole('link', { name: /Confirm it’s you/ }).first()).toBeVisible()
      world.turnClock(0)
      // What was filled in stays, but for the secret.
      await expect(page.getByLabel('Servers')).toHaveValue(slapd.ldapsUrl)
      await page.getByLabel('Password of the service account').fill(slapdService.password)
      await page.getByRole('button', { name: 'Add directory' }).click()
      await expect(page.getByText('The directory is added.')).toBeVisible()
    })

    await test.step('tests the connection and sees people', async () => {
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await expect(page.getByText('Find people: 5+')).toBeVisible()
      await expect(page.getByText(`harbourer${run}x0 · harbourer${run}x0@harbor.example`)).toBeVisible()
      await expectAccessible(page)
    })

    const eventually = (text: string) =>
      expect(async () => {
        await page.reload()
        await expect(page.getByText(text).first()).toBeVisible({ timeout: 1000 })
      }).toPass({ timeout: 60_000 })

    await test.step('synchronises, and the people are there', async () => {
      // A directory that was just added is read without being asked; only after that is the run that is asked for its own.
      await eventually('8 added, 0 changed, 0 disabled')
      await page.getByRole('button', { name: 'Synchronise now' }).click()
      await expect(page.getByText('It begins in a few seconds.')).toBeVisible()
      await eventually('0 added, 0 changed, 0 disabled')
      await page.goto(`/admin/users?search=harbourer${run}x7`)
      await expect(page.getByText(`harbourer${run}x7`).first()).toBeVisible()
    })

    await test.step('half of them vanish: nobody is disabled before somebody has looked', async () => {
      const client = new Client({ url: slapd.ldapsUrl, tlsOptions: { ca: [slapd.authorityPem] } })
      await client.bind(slapdManager.dn, slapdManager.password)
      for (const name of names.slice(0, 4)) await client.del(`cn=${name},ou=people,${slapdBase}`)
      await client.unbind()
      await page.goto('/admin/directories')
      await page.getByRole('link', { name: directory }).click()
      await page.getByRole('button', { name: 'Synchronise now' }).click()
      await expect(page.getByText('It begins in a few seconds.')).toBeVisible()
      await eventually('4 people would be disabled.')
      await page.getByRole('link', { name: 'See whom it concerns' }).click()
      await expect(page.getByRole('cell', { name: `harbourer${run}x3@harbor.example` })).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Do it this once' }).click()
      await expect(page.getByText('It begins in a few seconds.')).toBeVisible()
      await eventually('0 added, 0 changed, 4 disabled')
    })

    await test.step('the settings keep everything but the password', async () => {
      await page.getByRole('link', { name: 'Settings', exact: true }).click()
      await expect(page.getByLabel('Servers')).toHaveValue(slapd.ldapsUrl)
      await expect(page.getByLabel('Password of the service account')).toHaveValue('')
      await expectAccessible(page)
      expect(await page.content()).not.toContain(slapdService.password)
    })
  } finally {
    await world.rows('UPDATE directory_connector SET is_enabled = false')
    await slapd.stop()
  }
})

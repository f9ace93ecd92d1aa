import type { Page } from '@playwright/test'
import type { World } from '../support/e2e'
import { addAuthenticator, appCode, signIn } from '../support/journey'
import {
  aNewcomerInTheWizard,
  auditLines,
  chooseStep,
  endSessions,
  expect,
  expectRefusal,
  type Newcomer,
  setUpApp,
  setupKey,
  storedKinds,
  test,
  toEmailStep,
} from '../support/refusals'

/**
 * Whatever a browser does in the middle of registering (REL-004): back, reload, a second tab, a closed tab and a new
 * sign-in, an address of another step, a session that ended. The page says where one is, and that page works.
 */

const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const moved = 'This step is already done, or has changed. Here is where you are now.'
const closed = 'You were away for a while, so set-up was closed. Start again; what you added before is kept.'
const registered = 'User registered security info success'

/** Every step of the wizard: how one gets there, and what the page there says. */
const steps: readonly {
  readonly name: string
  readonly title: string
  readonly path: string
  reach(page: Page, world: World): Promise<unknown>
}[] = [
  { name: 'start', title: 'Keep your account secure', path: '', reach: async () => undefined },
  {
    name: 'passkey',
    title: 'Create a passkey',
    path: '/passkey',
    reach: (page) => page.getByRole('link', { name: 'Next' }).click(),
  },
  {
    name: 'chooser',
    title: 'Choose a different method',
    path: '/choose',
    reach: async (page) => {
      await page.getByRole('link', { name: 'Next' }).click()
      await page.getByRole('link', { name: 'I want to set up a different method' }).click()
    },
  },
  {
    name: 'app',
    title: 'Set up an authenticator app',
    path: '/authenticator-app',
    reach: (page) => chooseStep(page, /^Authenticator app/),
  },
  {
    name: 'QR code',
    title: 'Scan the code with your app',
    path: '/authenticator-app',
    reach: async (page) => {
      await chooseStep(page, /^Authenticator app/)
      await page.getByRole('button', { name: 'Show the code to scan' }).click()
    },
  },
  { name: 'phone', title: 'Add your mobile phone', path: '/phone', reach: (page) => chooseStep(page, /^Phone/) },
  {
    name: 'code by text message',
    title: 'Enter the code we texted you',
    path: '/phone',
    reach: async (page) => {
      await chooseStep(page, /^Phone/)
      await page.getByLabel('Phone number').fill('07400 123460')
      await page.getByRole('button', { name: 'Send me a code' }).click()
    },
  },
  { name: 'email', title: 'Add an email address', path: '/email', reach: (page) => toEmailStep(page) },
  {
    name: 'code by email',
    title: 'Enter the code we sent you',
    path: '/email',
    reach: async (page) => {
      await toEmailStep(page)
      await page.getByLabel('Your email address').fill(`steps.${Date.now()}@example.com`)
      await page.getByRole('button', { name: 'Send me a code' }).click()
    },
  },
  {
    name: 'review',
    title: 'You’re all set',
    path: '/done',
    reach: async (page) => {
      await chooseStep(page, /^Authenticator app/)
      await setUpApp(page)
    },
  },
]

for (const { name, title, path, reach } of steps) {
  test(`${name}: reload, back and forward, a second tab, other addresses, and the end of the session`, async ({
    page,
    world,
  }) => {
    const person = await aNewcomerInTheWizard(page, world, 'steps')
    await reach(page, world)
    await expect(heading(page)).toHaveText(title)
    const methods = await storedKinds(world, person)
    const sent = await codesSent(world, person)

    await page.reload()
    await expect(heading(page)).toHaveText(title)
    await page.goBack()
    await expect(heading(page)).not.toHaveText('')
    await page.goForward()
    await expect(heading(page)).toHaveText(title)

    const second = await page.context().newPage()
    await second.goto(`/security-info/register${path}`)
    await expect(heading(second)).toHaveText(title)
    // An earlier and a later address lead to a page on which one can go on, and to none that asks for what is done.
    for (const address of ['', '/passkey', '/email', '/done']) {
      await second.goto(`/security-info/register${address}`)
      expect(new URL(second.url()).pathname).toMatch(/^\/security-info\/register/)
      await expect(
        second
          .getByRole('main')
          .getByRole('button')
          .or(second.getByRole('link', { name: 'Next' }))
          .first(),
      ).toBeVisible()
    }
    await second.goto('/security-info')
    await expect(second).toHaveURL(/\/security-info\/register/)
    await second.goto('/sign-in')
    await second.getByRole('link', { name: 'Go on where you were' }).click()
    await expect(second).toHaveURL(/\/security-info\/register/)
    await second.close()

    await page.reload()
    await expect(heading(page)).toHaveText(title)
    expect(await storedKinds(world, person)).toEqual(methods)
    expect(await codesSent(world, person)).toBe(sent)

    await endSessions(world, person)
    await page.reload()
    await expect(page.getByText(closed)).toBeVisible()
    expect(await storedKinds(world, person)).toEqual(methods)
  })
}

/** Looking at pages sends nothing. */
async function codesSent(world: World, person: Newcomer): Promise<number> {
  const rows = await world.rows(`SELECT 1 FROM outbox_message WHERE user_id = $1 AND lane = 'code'`, [person.id])
  return rows.length
}

test('a closed tab: the next sign-in goes on where the rows say, and asks for no second time', async ({
  page,
  world,
  anotherBrowser,
}) => {
  const person = await aNewcomerInTheWizard(page, world, 'tabs')
  const { cdp, authenticatorId } = await toEmailStep(page)
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
  await page.getByLabel('Your email address').fill(`tabs.${Date.now()}@example.com`)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(heading(page)).toHaveText('Enter the code we sent you')

  // Another browser, with the passkey at hand as a synchronised one is.
  const later = await anotherBrowser()
  const other = await addAuthenticator(later)
  for (const credential of credentials) {
    await other.cdp.send('WebAuthn.addCredential', { authenticatorId: other.authenticatorId, credential })
  }
  // The sign-in page offers it in its first field, and this browser takes it by itself.
  await later.goto('/sign-in')
  await expect(heading(later)).toHaveText('Keep your account secure')
  const planned = later.getByRole('list', { name: 'What you will set up' }).getByRole('listitem')
  await expect(planned).toHaveText([/^Email/])
  await later.getByRole('link', { name: 'Next' }).click()
  await expect(heading(later)).toHaveText('Add an email address')
  const mailbox = `later.${Date.now()}@example.com`
  const since = new Date()
  await later.getByLabel('Your email address').fill(mailbox)
  await later.getByRole('button', { name: 'Send me a code' }).click()
  await later.getByLabel('Code', { exact: true }).fill(await world.code(mailbox, since))
  await later.getByRole('button', { name: 'Confirm' }).click()
  await expect(heading(later)).toHaveText('You’re all set')

  // The first browser finds the step done.
  await page.reload()
  await expect(heading(page)).toHaveText('You’re all set')
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(heading(page)).toHaveText('Security info')
  expect(await storedKinds(world, person)).toEqual(['passkey', 'email'])
})

test('the second tab finishes first: the older one is told and goes on', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'pair')
  await addAuthenticator(page)
  await chooseStep(page, /^Authenticator app/)
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  const phone = await page.context().newPage()
  await phone.goto('/security-info/register/phone')
  await phone.getByLabel('Phone number').fill('07400 123461')

  const second = await page.context().newPage()
  await second.goto('/security-info/register/authenticator-app')
  await setupKey(second)
  await second.getByLabel('Code from your app').fill(appCode(secret))
  await second.getByRole('button', { name: 'Confirm' }).click()
  await expect(heading(second)).toHaveText('You’re all set')

  await test.step('the same form', async () => {
    await page.getByLabel('Code from your app').fill(appCode(secret))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(heading(page)).toHaveText('You’re all set')
  })
  await test.step('the form of another method for the same step', async () => {
    await phone.getByRole('button', { name: 'Send me a code' }).click()
    await expect(heading(phone)).toHaveText('You’re all set')
    await expect(phone.getByText(moved)).toBeVisible()
    expect(await codesSent(world, person)).toBe(0)
  })
  await test.step('done in one tab, done in all', async () => {
    await second.getByRole('button', { name: 'Done' }).click()
    await expect(heading(second)).toHaveText('Security info')
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(heading(page)).toHaveText('Security info')
    await phone.reload()
    await expect(heading(phone)).toHaveText('Security info')
  })
  expect(await storedKinds(world, person)).toEqual(['softwareOath'])
  expect((await auditLines(world, person)).filter((line) => line === registered)).toHaveLength(1)
})

test('signed out in the other tab: the form leads to signing in, and that leads back', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'exit')
  await chooseStep(page, /^Phone/)
  const second = await page.context().newPage()
  await second.goto('/security-info/register')
  await second.getByRole('button', { name: 'Use a different account' }).click()
  await expect(second.getByText('You’re signed out.')).toBeVisible()
  await page.getByLabel('Phone number').fill('07400 123462')
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(heading(page)).toHaveText('Sign in')
  await expect(page.getByText(closed)).toBeVisible()
  expect(await storedKinds(world, person)).toEqual([])
  await signIn(page, person)
  await expect(heading(page)).toHaveText('Keep your account secure')
})

const endings: readonly [what: string, end: (world: World, person: Newcomer) => Promise<void>][] = [
  ['revoked', (world, person) => endSessions(world, person)],
  ['too old', async (world) => world.turnClock(16 * 60)],
]

for (const [what, end] of endings) {
  test(`a session ${what} in the middle of each form leads to signing in and back to the step`, async ({
    page,
    world,
  }) => {
    const person = await aNewcomerInTheWizard(page, world, 'ends')
    await addAuthenticator(page)
    const again = async () => {
      await expect(heading(page)).toHaveText('Sign in')
      await expect(page.getByText(closed)).toBeVisible()
      expect(await storedKinds(world, person)).toEqual([])
      world.turnClock(0)
      await page.waitForTimeout(100)
      await signIn(page, person)
      await expect(heading(page)).toHaveText('Keep your account secure')
    }
    const over = async () => {
      await end(world, person)
      await page.waitForTimeout(100)
    }
    await test.step('passkey', async () => {
      await page.getByRole('link', { name: 'Next' }).click()
      await over()
      await page.getByRole('button', { name: 'Create a passkey' }).click()
      await again()
    })
    await test.step('the code of an app', async () => {
      await chooseStep(page, /^Authenticator app/)
      await page.getByRole('button', { name: 'Show the code to scan' }).click()
      const secret = await setupKey(page)
      await over()
      await page.getByLabel('Code from your app').fill(appCode(secret))
      await page.getByRole('button', { name: 'Confirm' }).click()
      await again()
    })
    await test.step('a number, and its code', async () => {
      await chooseStep(page, /^Phone/)
      await page.getByLabel('Phone number').fill('07400 123463')
      await over()
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await again()
      await chooseStep(page, /^Phone/)
      const since = new Date()
      await page.getByLabel('Phone number').fill('07400 123463')
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400123463', since))
      await over()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await again()
    })
    await chooseStep(page, /^Authenticator app/)
    await setUpApp(page)
    expect(await storedKinds(world, person)).toEqual(['softwareOath'])
    await test.step('the review', async () => {
      await over()
      await page.getByRole('button', { name: 'Done' }).click()
      await expect(heading(page)).toHaveText('Sign in')
      expect(await storedKinds(world, person)).toEqual(['softwareOath'])
    })
  })
}

test('signing in: back, a second tab and a session that ended lose nothing', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'door')
  await chooseStep(page, /^Authenticator app/)
  const secret = await setUpApp(page)
  await page.context().clearCookies()
  await signIn(page, person)
  const code = page.getByLabel('Code from your authenticator app')
  await code.fill('000000')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expectRefusal(page, 'That code isn’t right.')
  await page.goBack()
  await expect(heading(page)).toHaveText('Sign in')
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Go on where you were' }).click()
  await expect(code).toBeVisible()

  await endSessions(world, person)
  await code.fill(appCode(secret, 30))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(heading(page)).toHaveText('Sign in')
  await expect(page.getByText('You were signed out to keep your account safe. Sign in again to go on.')).toBeVisible()

  await signIn(page, person)
  await expect(code).toBeVisible()
  const second = await page.context().newPage()
  await second.goto('/sign-in/verify')
  await code.fill(appCode(secret, 30))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(heading(page)).toHaveText('Security info')
  await second.getByLabel('Code from your authenticator app').fill(appCode(secret, 30))
  await second.getByRole('button', { name: 'Confirm' }).click()
  await expect(second.getByRole('main')).toContainText(/already used|Your sign-in methods/)
  await second.goto('/security-info')
  await expect(heading(second)).toHaveText('Security info')
})

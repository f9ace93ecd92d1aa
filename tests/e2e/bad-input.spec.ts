import type { Page } from '@playwright/test'
import { limits } from '@/lib/limits'
import type { World } from '../support/e2e'
import { addAuthenticator, appCode, signIn } from '../support/journey'
import {
  aNewcomerInTheWizard,
  auditLines,
  chooseStep,
  expect,
  expectRefusal,
  setUpApp,
  setupKey,
  storedKinds,
  test,
  toEmailStep,
} from '../support/refusals'

/** Wrong, late, used, too much: the sentence, the way on, nothing half stored, and a line in the audit log. */

const registered = 'User registered security info'
const started = 'User started security info registration'

/** A moment with time left in the half-minute of the codes, so that a step counted here is the same one there. */
async function earlyInTheStep(): Promise<void> {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 6000) await new Promise((done) => setTimeout(done, left + 50))
}

const confirm = (page: Page) => page.getByRole('button', { name: 'Confirm' }).click()
const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const wrongFor = (code: string) => (code === '000000' ? '000001' : '000000')

test('an app with a clock that is off: one step passes, three do not, and no code passes twice', async ({
  page,
  world,
}) => {
  const person = await aNewcomerInTheWizard(page, world, 'skew')
  await chooseStep(page, /^Authenticator app/)
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  const field = page.getByLabel('Code from your app')
  await earlyInTheStep()
  for (const ahead of [90, -90]) {
    await field.fill(appCode(secret, ahead))
    await confirm(page)
    await expectRefusal(page, 'That code isn’t right. Check the newest code and enter it again.')
    await expect(field).toHaveValue('')
  }
  await confirm(page)
  await expectRefusal(page, 'Enter the newest code: 6 digits.')
  expect(await storedKinds(world, person)).toEqual([])
  await field.fill(appCode(secret, -30))
  await confirm(page)
  await expect(heading(page)).toHaveText('You’re all set')
  expect(await storedKinds(world, person)).toEqual(['softwareOath'])
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(heading(page)).toHaveText('Security info')

  await page.context().clearCookies()
  await signIn(page, person)
  const asked = page.getByLabel('Code from your authenticator app')
  await earlyInTheStep()
  const once = appCode(secret, 30)
  await asked.fill(once)
  await confirm(page)
  await expect(heading(page)).toHaveText('Security info')
  await page.context().clearCookies()
  await signIn(page, person)
  await asked.fill(once)
  await confirm(page)
  await expectRefusal(page, 'This code was already used. Wait until your app shows the next one, and enter that.')
  await expect(page.getByRole('link', { name: 'Use a Temporary Access Pass' })).toBeVisible()
  const told = await auditLines(world, person)
  expect(told.filter((line) => line === `${registered} failure registration.code_mismatch`)).toHaveLength(2)
  expect(told.filter((line) => line === `${registered} success`)).toHaveLength(1)
  expect(told.at(-1)).toMatch(/failure sign_in\.code_used$/)
})

test('an address that is none, one’s own user name, wrong codes, and a code that is too old', async ({
  page,
  world,
}) => {
  const person = await aNewcomerInTheWizard(page, world, 'edda')
  await toEmailStep(page)
  const field = page.getByLabel('Your email address')
  const send = page.getByRole('button', { name: 'Send me a code' })
  for (const typed of ['nobody', 'a b@example.com', 'x@localhost', `${'a'.repeat(65)}@example.com`]) {
    await field.fill(typed)
    await send.click()
    await expectRefusal(page, 'Enter a complete email address, like name@example.com.')
    await expect(field).toHaveValue(typed)
  }
  await field.fill(person.userPrincipalName.toUpperCase())
  await send.click()
  await expectRefusal(page, 'This address can’t be used here.')
  await expect(field).toHaveValue(person.userPrincipalName.toUpperCase())
  expect(await world.rows('SELECT 1 FROM challenge WHERE user_id = $1 AND kind = $2', [person.id, 'email'])).toEqual([])

  const mailbox = `edda.${Date.now()}@example.com`
  let since = new Date()
  await field.fill(mailbox)
  await send.click()
  await expect(heading(page)).toHaveText('Enter the code we sent you')
  const first = await world.code(mailbox, since)
  const code = page.getByLabel('Code', { exact: true })
  await code.fill(wrongFor(first))
  await confirm(page)
  await expectRefusal(page, 'That code isn’t right.')

  world.turnClock(301)
  await page.waitForTimeout(100)
  await code.fill(first)
  await confirm(page)
  await expectRefusal(page, 'This code has expired. Ask for a new one and enter that.')
  expect(await storedKinds(world, person)).toEqual(['passkey'])
  // The way on that the sentence names is there: the page offers a new code at once.
  await page.reload()
  since = new Date()
  await page.getByRole('button', { name: 'Send a new code' }).click()
  const second = await world.code(mailbox, since)
  for (let tries = 0; tries < 4; tries++) {
    await code.fill(wrongFor(second))
    await confirm(page)
    await expectRefusal(page, 'That code isn’t right.')
    await expect(code).toHaveValue('')
  }
  await code.fill(second)
  await confirm(page)
  await expectRefusal(page, 'That was one try too many for this code.')
  expect(await storedKinds(world, person)).toEqual(['passkey'])

  await page.getByRole('link', { name: 'Change address' }).click()
  since = new Date()
  await field.fill(`other.${mailbox}`)
  await send.click()
  await expect(heading(page)).toHaveText('Enter the code we sent you')
  await code.fill(await world.code(`other.${mailbox}`, since))
  await confirm(page)
  await expect(heading(page)).toHaveText('You’re all set')
  expect(await storedKinds(world, person)).toEqual(['passkey', 'email'])
  const told = await auditLines(world, person)
  expect(told).toEqual(
    expect.arrayContaining([
      `${started} failure registration.email_invalid`,
      `${started} failure registration.email_not_allowed`,
      `${registered} failure registration.code_mismatch`,
      `${registered} failure registration.code_expired`,
      `${registered} failure registration.too_many_tries`,
    ]),
  )
  expect(told.filter((line) => line === `${registered} success`)).toHaveLength(2)
})

test('numbers that cannot be texted are kept on the page, and too many codes lead to another method', async ({
  page,
  world,
}) => {
  const person = await aNewcomerInTheWizard(page, world, 'fone')
  await chooseStep(page, /^Phone/)
  const field = page.getByLabel('Phone number')
  const send = page.getByRole('button', { name: 'Send me a code' })
  for (const [typed, sentence] of [
    ['', /^.*(Enter a complete phone number|Enter )/],
    ['12', 'Enter a complete phone number'],
    ['not a number', 'Enter a complete phone number'],
    ['+44 7400 123456 ext. 7', 'Enter a complete phone number'],
    ['020 7946 0958', 'That is not a mobile number.'],
    ['0906 670 1234', /not a mobile number|complete phone number/],
    ['+7 912 345 67 89', 'Your organisation doesn’t send codes to numbers of that country.'],
  ] as const) {
    await field.fill(typed)
    await send.click()
    await expectRefusal(page, sentence)
    await expect(field).toHaveValue(typed)
    await expect(page.getByLabel('Country or region')).toHaveValue('GB')
  }
  expect(await world.rows('SELECT 1 FROM outbox_message WHERE user_id = $1', [person.id])).toEqual([])
  expect(await auditLines(world, person)).toEqual(
    expect.arrayContaining([
      `${started} failure registration.phone_invalid`,
      `${started} failure registration.phone_not_mobile`,
      `${started} failure registration.phone_country_not_allowed`,
    ]),
  )

  // Five codes an hour; each number another one, so that only the budget of the person is spent.
  const code = page.getByLabel('Code', { exact: true })
  for (let number = 0; number < 5; number++) {
    await field.fill(`07400 12345${number}`)
    await send.click()
    await expect(code).toBeVisible()
    // Who mistyped one digit sees it, and has no other digit to type again.
    await expect(page.getByText(`+44 7400 12345${number}`)).toBeVisible()
    await page.getByRole('link', { name: 'Change number' }).click()
    await expect(field).toHaveValue(`+44 7400 12345${number}`)
  }
  await field.fill('07400 123459')
  await send.click()
  await expectRefusal(page, /You have asked for many codes\. Wait .+, or choose a different method now\./)
  await expect(field).toHaveValue('07400 123459')
  expect(await auditLines(world, person)).toContain(`${started} failure registration.too_many_codes`)
  await page.getByRole('link', { name: 'I want to set up a different method' }).click()
  await page.getByRole('link', { name: /^Authenticator app/ }).click()
  await setUpApp(page)
  expect(await storedKinds(world, person)).toEqual(['softwareOath'])
})

test('signing in: too many wrong codes and too many messages pause one method and leave another way', async ({
  page,
  world,
}) => {
  const person = await aNewcomerInTheWizard(page, world, 'door')
  await chooseStep(page, /^Phone/)
  const code = page.getByLabel('Code', { exact: true })
  const send = page.getByRole('button', { name: 'Send me a code' })
  // The last of the five messages of this hour confirms the number.
  for (let number = 0; number < 4; number++) {
    await page.getByLabel('Phone number').fill(`07400 12346${number}`)
    await send.click()
    await page.getByRole('link', { name: 'Change number' }).click()
  }
  const since = new Date()
  await page.getByLabel('Phone number').fill('07400 123469')
  await send.click()
  await code.fill(await world.code('+447400123469', since))
  await confirm(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(heading(page)).toHaveText('Security info')
  await page.goto('/security-info/add/authenticator-app')
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  await page.getByLabel('Code from your app').fill(appCode(secret))
  await confirm(page)
  await expect(page.getByText('Your authenticator app is set up.')).toBeVisible()

  await page.context().clearCookies()
  await signIn(page, person)
  const fromApp = page.getByLabel('Code from your authenticator app')
  for (let tries = 0; tries < 5; tries++) {
    await fromApp.fill('000000')
    await confirm(page)
    await expectRefusal(page, 'That code isn’t right.')
  }
  await fromApp.fill('000000')
  await confirm(page)
  await expectRefusal(page, 'This method can’t be used right now. Choose a different one to go on.')
  await page.getByRole('link', { name: 'Get a code by text message' }).click()
  await page.getByRole('button', { name: 'Text me a code' }).click()
  await expectRefusal(page, /You have asked for many codes\. Wait .+, or choose a different method now\./)
  await page.getByRole('link', { name: 'Enter a code from your authenticator app' }).click()
  await expect(page.getByText(/This method is paused to keep your account safe\. Try it again in/)).toBeVisible()
  await expect(page.getByRole('link', { name: 'Use a Temporary Access Pass' })).toBeVisible()
  world.turnClock(60)
  await page.waitForTimeout(100)
  await page.reload()
  await fromApp.fill(appCode(secret, 60))
  await confirm(page)
  await expect(heading(page)).toHaveText('Security info')
  const told = await auditLines(world, person)
  expect(told.filter((line) => line.endsWith('failure sign_in.code_mismatch'))).toHaveLength(5)
  expect(told.filter((line) => line.endsWith('failure sign_in.method_unavailable'))).toHaveLength(1)
})

test('what is there already is not added again', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'dupe')
  await toEmailStep(page)
  const mailbox = `dupe.${Date.now()}@example.com`
  const since = new Date()
  await page.getByLabel('Your email address').fill(mailbox)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await page.getByLabel('Code', { exact: true }).fill(await world.code(mailbox, since))
  await confirm(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(heading(page)).toHaveText('Security info')

  await test.step('this device has its passkey', async () => {
    await page.goto('/security-info/add/passkey')
    await page.getByRole('button', { name: 'Create a passkey' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'This device already has a passkey' })).toBeVisible()
  })
  await test.step('the same address once more', async () => {
    await page.goto('/security-info')
    await page.getByRole('link', { name: /^Change Email/ }).click()
    for (const typed of [mailbox, mailbox.toUpperCase()]) {
      await page.getByLabel('Your email address').fill(typed)
      await page.getByRole('button', { name: /Send/ }).click()
      await expectRefusal(page, 'This is already in your list')
      await expect(page.getByLabel('Your email address')).toHaveValue(typed)
    }
  })
  await test.step('the same number once more', async () => {
    await page.goto('/security-info/add/phone')
    const sent = new Date()
    await page.getByLabel('Phone number').fill('07400 123456')
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await page.getByLabel('Code', { exact: true }).fill(await world.code('+447400123456', sent))
    await confirm(page)
    await expect(page.getByText('Your phone is set up.')).toBeVisible()
    await page.getByRole('link', { name: /^Change Phone/ }).click()
    await page.getByLabel('Phone number').fill('+44 7400 123456')
    await page.getByRole('button', { name: /Send/ }).click()
    await expectRefusal(page, 'This is already in your list')
    await page.goto('/security-info/add/phone')
    await expect(page).toHaveURL(/\/security-info\/add$/)
  })
  expect(await storedKinds(world, person)).toEqual(['passkey', 'email', 'mobilePhone'])
  expect(await auditLines(world, person)).toContain(`${started} failure registration.already_registered`)
})

test('a passkey that is refused, cancelled, or lost on the way can be tried again at once', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'pasc')
  const { cdp, authenticatorId } = await addAuthenticator(page)
  await page.getByRole('link', { name: 'Next' }).click()
  const create = page.getByRole('button', { name: 'Create a passkey' })
  const problem = (sentence: string) => page.getByRole('alert').filter({ hasText: sentence })

  await test.step('the person is not recognised', async () => {
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await create.click()
    await expect(problem('Your passkey was not set up')).toBeVisible({ timeout: 20_000 })
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  })
  await test.step('the person closes the browser’s window', async () => {
    await page.evaluate(() => {
      const real = navigator.credentials.create.bind(navigator.credentials)
      let isFirst = true
      navigator.credentials.create = (options) => {
        if (!isFirst) return real(options)
        isFirst = false
        return Promise.reject(new DOMException('not now', 'NotAllowedError'))
      }
    })
    await create.click()
    await expect(problem('because the browser window was closed or took too long. Try again.')).toBeVisible()
    await expect(page.getByRole('link', { name: 'I want to set up a different method' })).toBeVisible()
  })
  await test.step('no connection at the start', async () => {
    await page.context().setOffline(true)
    await create.click()
    await expect(problem('The connection broke before we got an answer.')).toBeVisible()
    await page.context().setOffline(false)
  })
  expect(await storedKinds(world, person)).toEqual([])
  await test.step('no connection at the finish', async () => {
    await page.exposeFunction('pullThePlug', () => page.context().setOffline(true))
    await page.evaluate(() => {
      const real = navigator.credentials.create.bind(navigator.credentials)
      navigator.credentials.create = async (options) => {
        const made = await real(options)
        await (window as unknown as { pullThePlug(): Promise<void> }).pullThePlug()
        return made
      }
    })
    await create.click()
    await expect(problem('The connection broke before we got an answer.')).toBeVisible()
    await page.context().setOffline(false)
    expect(await storedKinds(world, person)).toEqual([])
  })
  await test.step('the way on that the sentence names', async () => {
    await page.reload()
    await create.click()
    await expect(heading(page)).toHaveText('Your passkey is ready')
  })
  expect(await storedKinds(world, person)).toEqual(['passkey'])
  const told = await auditLines(world, person)
  expect(told.filter((line) => line === `${registered} success`)).toHaveLength(1)
  expect(told).toContain(`${started} success`)
})

test('a passkey whose finish was answered into nothing stands there after a reload', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'pass')
  await addAuthenticator(page)
  await page.getByRole('link', { name: 'Next' }).click()
  let calls = 0
  await page.route('**/register/passkey', async (route) => {
    if (route.request().method() !== 'POST' || ++calls !== 2) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The connection broke' })).toBeVisible()
  expect(await storedKinds(world, person)).toEqual(['passkey'])
  await page.reload()
  await expect(page.getByText('This step is already done, or has changed. Here is where you are now.')).toBeVisible()
  await expect(heading(page)).toHaveText('Add an email address')
})

test('a connection that breaks: nothing typed is lost, and the same button works again', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'wire')
  await chooseStep(page, /^Phone/)
  const field = page.getByLabel('Phone number')
  const lost = 'The connection broke before we got an answer.'

  await page.context().setOffline(true)
  await field.fill('07400 123457')
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expectRefusal(page, lost)
  await expect(field).toHaveValue('07400 123457')
  await page.context().setOffline(false)
  const since = new Date()
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(heading(page)).toHaveText('Enter the code we texted you')

  const code = page.getByLabel('Code', { exact: true })
  const right = await world.code('+447400123457', since)
  await code.fill(right)
  await page.context().setOffline(true)
  await confirm(page)
  await expectRefusal(page, lost)
  expect(await storedKinds(world, person)).toEqual([])
  await page.context().setOffline(false)
  await code.fill(right)
  await confirm(page)
  await expect(heading(page)).toHaveText('You’re all set')
  expect(await storedKinds(world, person)).toEqual(['mobilePhone'])
})

test('an answer that is lost after the work was done: trying again finds it done', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'late')
  await chooseStep(page, /^Authenticator app/)
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  await page.route('**/register/authenticator-app', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await earlyInTheStep()
  await page.getByLabel('Code from your app').fill(appCode(secret))
  await confirm(page)
  await expectRefusal(page, 'The connection broke before we got an answer.')
  await page.unroute('**/register/authenticator-app')
  expect(await storedKinds(world, person)).toEqual(['softwareOath'])
  await page.getByLabel('Code from your app').fill(appCode(secret))
  await confirm(page)
  await expect(heading(page)).toHaveText('You’re all set')
  expect(await storedKinds(world, person)).toEqual(['softwareOath'])
  expect((await auditLines(world, person)).filter((line) => line === `${registered} success`)).toHaveLength(1)
})

test('the same on the page of one’s own methods: done is done, and nothing is added twice', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'redo')
  await chooseStep(page, /^Authenticator app/)
  await setUpApp(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(heading(page)).toHaveText('Security info')
  await page.goto('/security-info/add/authenticator-app')
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  await page.route('**/add/authenticator-app', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.getByLabel('Name').fill('Second phone')
  await page.getByLabel('Code from your app').fill(appCode(secret))
  await confirm(page)
  await expectRefusal(page, 'The connection broke before we got an answer.')
  await expect(page.getByLabel('Name')).toHaveValue('Second phone')
  await page.unroute('**/add/authenticator-app')
  await page.getByLabel('Code from your app').fill(appCode(secret))
  await confirm(page)
  await expect(page.getByText('Your authenticator app is set up.')).toBeVisible()
  expect(await storedKinds(world, person)).toEqual(['softwareOath', 'softwareOath'])
})

test('a form that is sent twice at once stores one method, and both tabs arrive', async ({ page, world }) => {
  const person = await aNewcomerInTheWizard(page, world, 'twin')
  await chooseStep(page, /^Authenticator app/)
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = await setupKey(page)
  const second = await page.context().newPage()
  await second.goto(page.url())
  expect(await setupKey(second)).toBe(secret)
  await earlyInTheStep()
  for (const tab of [page, second]) await tab.getByLabel('Code from your app').fill(appCode(secret))
  await Promise.all([confirm(page), confirm(second)])
  for (const tab of [page, second]) await expect(heading(tab)).toHaveText('You’re all set')
  expect(await storedKinds(world, person)).toEqual(['softwareOath'])
  const told = await auditLines(world, person)
  expect(told.filter((line) => line === `${registered} success`)).toHaveLength(1)
  // The review page’s own button, twice: signed in once, in both tabs.
  await Promise.all([page, second].map((tab) => tab.getByRole('button', { name: 'Done' }).click()))
  await expect(heading(page)).toHaveText('Security info')
  await second.goto('/security-info')
  await expect(heading(second)).toHaveText('Security info')
})

for (const kind of ['phone', 'email'] as const) {
  test(`the gate closes while a code is on its way: ${kind}`, async ({ page, world }) => {
    const person = await aNewcomerInTheWizard(page, world, `gate${kind}`)
    const to = kind === 'phone' ? '+447400123458' : `gate.${Date.now()}@example.com`
    if (kind === 'phone') await chooseStep(page, /^Phone/)
    else await toEmailStep(page)
    const before = await storedKinds(world, person)
    const since = new Date()
    await page.getByLabel(kind === 'phone' ? 'Phone number' : 'Your email address').fill(to)
    await page.getByRole('button', { name: 'Send me a code' }).click()
    await page.getByLabel('Code', { exact: true }).fill(await world.code(to, since))
    await closeGate(world, true)
    try {
      await confirm(page)
      if (kind === 'phone') {
        await expect(heading(page)).toHaveText('You can’t set this up from here yet')
        await expect(page.getByRole('heading', { name: 'Use a Temporary Access Pass' })).toBeVisible()
        await expect(page.getByRole('heading', { name: 'Use your organisation’s network' })).toBeVisible()
      } else {
        // Whoever has a passkey by now shows it, as a fresh proof; registering it was none.
        await expect(heading(page)).toHaveText('Confirm it’s you')
      }
      expect(await storedKinds(world, person)).toEqual(before)
      expect(await auditLines(world, person)).toContain(
        `${registered} failure security_info.${kind === 'phone' ? 'blocked_no_method' : 'freshness_required'}`,
      )
      if (kind === 'email') {
        await page.getByRole('button', { name: 'Use my passkey' }).click()
        await expect(heading(page)).not.toHaveText('Confirm it’s you')
        await page.goto('/security-info/register/email')
        await page.getByLabel('Code', { exact: true }).fill(await world.code(to, since))
        await confirm(page)
        await expect(heading(page)).toHaveText('You’re all set')
        expect(await storedKinds(world, person)).toEqual([...before, 'email'])
      }
    } finally {
      await closeGate(world, false)
    }
    if (kind === 'phone') {
      await page.getByRole('link', { name: 'Try again' }).click()
      await expect(heading(page)).toHaveText('Keep your account secure')
    }
  })
}

/** Switches the seed’s policy; once open again, waits until no process remembers it closed. */
async function closeGate(world: World, isClosed: boolean): Promise<void> {
  await world.rows(`UPDATE conditional_access_policy SET state = $2, version = version + 1 WHERE display_name = $1`, [
    'Combined Security Info Registration on Trusted Networks',
    isClosed ? 'enabled' : 'disabled',
  ])
  if (!isClosed) await new Promise((done) => setTimeout(done, limits.conditionalAccess.cacheSeconds * 1000 + 200))
}

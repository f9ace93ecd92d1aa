import type { Page } from '@playwright/test'
import { expect, test, type World } from '../support/e2e'
import {
  type Authenticator,
  addAuthenticator,
  castCode,
  castPerson,
  expectAccessible,
  forgetLimits,
  signIn,
  signOut,
} from '../support/journey'

/** What browsers and password managers do with passkeys by themselves, and what they are told. */

const ben = castPerson('ben')
const ownPasskeys = `SELECT m.id, m.name FROM authentication_method m JOIN "user" u ON u.id = m.user_id
  WHERE u.user_principal_name = $1 AND m.kind = 'passkey'`

test.beforeEach(({ world }) => forgetLimits(world))

async function signInWithApp(page: Page): Promise<void> {
  await signIn(page, ben)
  await page.getByLabel('Code from your authenticator app').fill(castCode(ben))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()
}

async function credentialsIn({ cdp, authenticatorId }: Authenticator) {
  return (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
}

function allowUpgrades(world: World, isAllowed: boolean) {
  return world.rows(
    `UPDATE tenant_policy SET document = jsonb_set(document, '{methods,passkey,isConditionalCreationAllowed}', '${isAllowed}'),
       version = version + 1 WHERE name = 'authenticationMethodsPolicy'`,
  )
}

/**
 * Stands in for the password manager: Chromium's own makes a passkey by itself only beside a saved password of an account that
 * is signed in to the browser. What it is asked for is kept, and the virtual authenticator makes the passkey.
 */
async function actAsPasswordManager(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const create = navigator.credentials.create.bind(navigator.credentials)
    navigator.credentials.create = (options) => {
      const { mediation, ...rest } = (options ?? {}) as CredentialCreationOptions & { mediation?: string }
      if (mediation === 'conditional')
        sessionStorage.setItem('asked', rest.publicKey?.authenticatorSelection?.userVerification ?? '')
      return create(rest)
    }
  })
}

test('after a sign-in with a password the browser makes a passkey by itself; its list follows name and removal', async ({
  page,
  world,
}) => {
  await allowUpgrades(world, true)
  const [before] = await world.rows<{ display_name: string }>(
    'SELECT display_name FROM "user" WHERE user_principal_name = $1',
    [ben.userPrincipalName],
  )
  try {
    const authenticator = await addAuthenticator(page)
    await actAsPasswordManager(page)
    await signInWithApp(page)
    await expect(page.getByText('Your browser saved a passkey for you.')).toBeVisible()
    expect(await page.evaluate(() => sessionStorage.getItem('asked'))).toBe('preferred')
    await expectAccessible(page)
    expect((await credentialsIn(authenticator)).map(({ userName }) => userName)).toEqual([ben.userPrincipalName])
    const [made] = await world.rows<{ id: string; name: string }>(ownPasskeys, [ben.userPrincipalName])
    await page.getByRole('link', { name: 'Show it' }).click()
    await expect(page.getByRole('link', { name: `Remove ${made?.name ?? 'Passkey'}` })).toBeVisible()

    await test.step('a new name reaches the password manager', async () => {
      await world.rows('UPDATE "user" SET display_name = $1 WHERE user_principal_name = $2', [
        'Benedikta Falk',
        ben.userPrincipalName,
      ])
      await page.reload()
      await expect
        .poll(async () => (await credentialsIn(authenticator)).map(({ userDisplayName }) => userDisplayName))
        .toEqual(['Benedikta Falk'])
    })

    await test.step('removed here, it is not offered there any more', async () => {
      await page.goto(`/security-info/remove/${made?.id}`)
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await expect(page.getByText('The method is removed.')).toBeVisible()
      await expect.poll(() => credentialsIn(authenticator)).toEqual([])
      expect(await world.rows(ownPasskeys, [ben.userPrincipalName])).toEqual([])
    })
  } finally {
    await world.rows('UPDATE "user" SET display_name = $1 WHERE user_principal_name = $2', [
      before?.display_name,
      ben.userPrincipalName,
    ])
    await allowUpgrades(world, false)
  }
})

test('where the organisation has not allowed it, the browser is asked for nothing', async ({ page, world }) => {
  const authenticator = await addAuthenticator(page)
  await actAsPasswordManager(page)
  await signInWithApp(page)
  await page.waitForLoadState('networkidle')
  expect(await page.evaluate(() => sessionStorage.getItem('asked'))).toBeNull()
  expect(await credentialsIn(authenticator)).toEqual([])
  expect(await world.rows(ownPasskeys, [ben.userPrincipalName])).toEqual([])
})

test('a passkey is put where the person wants it; gone from here, the sign-in page says so and the browser forgets it', async ({
  page,
  world,
}) => {
  const authenticator = await addAuthenticator(page)
  await signInWithApp(page)
  await page.goto('/security-info/add/passkey')
  await page.getByText('Choose where it is kept').click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'On this device' }).click()
  await expect(page.getByText('Your passkey is ready.')).toBeVisible()
  expect(await credentialsIn(authenticator)).toHaveLength(1)

  // Among the suggestions of the user name field; the virtual authenticator takes the first one by itself.
  await signOut(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Security info' })).toBeVisible()

  await world.rows(
    `DELETE FROM authentication_method USING "user" u
     WHERE u.id = user_id AND u.user_principal_name = $1 AND kind = 'passkey'`,
    [ben.userPrincipalName],
  )
  // The button is what is tested here; the browser's autofill would answer before it.
  await page.addInitScript(() => {
    Object.defineProperty(PublicKeyCredential, 'isConditionalMediationAvailable', { value: async () => false })
  })
  await signOut(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByText('That passkey is not registered here any more.')).toBeVisible()
  await expect.poll(() => credentialsIn(authenticator)).toEqual([])
})

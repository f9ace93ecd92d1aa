import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actionId, type Client, call, callScript, openClient } from '@/bench/browser'
import { demoPassword } from '@/prisma/cast'
import { addresses } from '@/tests/support/e2e'
import { type RunningProduct, startProduct } from '@/tests/support/e2e-server'

/**
 * Yubico's python-fido2 as an independent client of the built server: what it makes of our options, we verify, and what its
 * own server makes of the same challenge and answer, agrees. Debian: python3-fido2; skipped where it is not there.
 */
const python = '/usr/bin/python3'
const version = existsSync(python)
  ? spawnSync(python, ['-c', 'import fido2; print(fido2.__version__)'], { encoding: 'utf8' }).stdout.trim()
  : ''
const isThere = version.startsWith('0.9.')

let product: RunningProduct
let client: Client
let program: ChildProcess
let answers: AsyncIterator<string>

beforeAll(async () => {
  if (!isThere) return
  product = await startProduct()
  client = await openClient(product.origin, 1)
  program = spawn(python, [fileURLToPath(new URL('../support/python_fido2.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (!program.stdout) throw new Error('the client has no output')
  answers = createInterface({ input: program.stdout })[Symbol.asyncIterator]()
}, 120_000)

afterAll(async () => {
  program?.stdin?.end()
  client?.agent.destroy()
  await product?.stop()
})

type Made = {
  response: { id: string; response: Record<string, string> }
  agreed: Record<string, boolean>
  error?: string
}

async function askPython(what: 'create' | 'get', options: unknown): Promise<Made> {
  program.stdin?.write(`${JSON.stringify({ do: what, origin: product.origin, options })}\n`)
  const { value } = await answers.next()
  const made: Made = JSON.parse(value ?? '{"error":"the client ended"}')
  if (made.error) throw new Error(made.error)
  return made
}

const address = addresses.trusted
const signInActions = 'app/(sign-in)/sign-in/actions.ts'
const wizardActions = 'app/(self-service)/security-info/register/actions.ts'
const wizard = '/security-info/register/passkey'

/** Signs a new joiner in with the password, up to the wizard, and answers the session's cookie. */
async function signInToWizard(name: string): Promise<string[]> {
  const { location, cookies } = await call(client, {
    path: '/sign-in',
    action: actionId(signInActions, 'signInByPassword'),
    fields: { username: `${name}@harbor.example`, password: demoPassword, returnTo: '' },
    address,
  })
  expect(location).toBe('/security-info/register')
  return cookies.filter((cookie) => cookie.startsWith('__Host-twofold-session='))
}

describe.skipIf(!isThere)(`python-fido2 ${version || '(not installed)'}`, () => {
  it('registers in the wizard after a password, and signs in; its own server agrees with our options and our verdicts', async () => {
    const cookies = await signInToWizard('ana')
    const start = { path: wizard, action: actionId(wizardActions, 'startPasskeyStep'), argument: {}, cookies, address }
    const { value: creation } = await callScript<{ excludeCredentials?: unknown[] }>(client, start)
    const made = await askPython('create', creation)
    expect(Object.entries(made.agreed).filter(([, agrees]) => !agrees)).toEqual([])
    const finish = { path: wizard, action: actionId(wizardActions, 'finishPasskeyStep'), cookies, address }
    const finished = await callScript(client, { ...finish, argument: { response: made.response, name: 'Python' } })
    expect(finished.go).toMatch(/\?added=/)

    // Not twice: the same answer again, and a new one by the same authenticator, which finds itself excluded.
    await expect(
      callScript(client, { ...finish, argument: { response: made.response, name: 'Again' } }),
    ).rejects.toThrow('registration.ceremony_expired')

    const asked = await callScript<{ challengeId: string; options: unknown }>(client, {
      ...{ path: '/sign-in', action: actionId(signInActions, 'startPasskey'), argument: {}, address },
    })
    const used = await askPython('get', asked.value?.options)
    expect(Object.entries(used.agreed).filter(([, agrees]) => !agrees)).toEqual([])
    const signIn = { path: '/sign-in', action: actionId(signInActions, 'finishPasskey'), address }
    const answer = { challengeId: asked.value?.challengeId, response: used.response, returnTo: '' }
    const signedIn = await callScript(client, { ...signIn, argument: answer })
    expect(signedIn.go).toMatch(/^\/security-info/)
    expect(signedIn.cookies.some((cookie) => cookie.startsWith('__Host-twofold-session='))).toBe(true)
    await expect(callScript(client, { ...signIn, argument: answer })).rejects.toThrow('sign_in.passkey_failed')
  })

  it('is refused when one bit of what it signed is another', async () => {
    const asked = await callScript<{ challengeId: string; options: unknown }>(client, {
      ...{ path: '/sign-in', action: actionId(signInActions, 'startPasskey'), argument: {}, address },
    })
    const { response } = await askPython('get', asked.value?.options)
    const data = Buffer.from(response.response.authenticatorData ?? '', 'base64url')
    data[36] = (data[36] ?? 0) ^ 1
    const changed = { ...response, response: { ...response.response, authenticatorData: data.toString('base64url') } }
    const argument = { challengeId: asked.value?.challengeId, response: changed, returnTo: '' }
    const signIn = { path: '/sign-in', action: actionId(signInActions, 'finishPasskey'), address }
    await expect(callScript(client, { ...signIn, argument })).rejects.toThrow('sign_in.passkey_failed')
  })
})

import type { PublicKeyCredentialCreationOptionsJSON } from '@/lib/authentication-methods/kinds/passkey'
import type { PasskeyRequest } from '@/lib/sign-in/passkey'
import { SoftwareAuthenticator } from '@/tests/support/software-authenticator'
import { actionId, type Client, callScript, openClient } from './browser'
import type { Figures } from './figure'
import { type Installation, officeAddress, type RunningServer } from './installation'
import { type Load, load } from './load'
import { addPeople, copySession } from './people'
import { wizardCookie } from './registrations'

const concurrency = 16
const secondsEach = 5
const warmUpSeconds = 12
const perSecondMax = 500

/**
 * Registers passkeys in the wizard and signs in with them, over HTTP, each by two actions called as the pages' scripts call
 * them. The authenticator is made of software and lives in this process: its keys and signatures are not the server's CPU.
 *
 * A registration is one person's; a sign-in takes the next passkey in turn, each from an address of its own, because an address
 * may begin only so many. Password reset is off meanwhile, so that a sign-in ends signed in.
 */
export async function benchPasskeys(installation: Installation, figures: Figures, cores: number): Promise<void> {
  const { owner } = installation
  const setReset = (enabledFor: string) =>
    owner.query(
      `UPDATE tenant_policy SET document = jsonb_set(document, '{enabledFor}', to_jsonb($1::text)), version = version + 1
       WHERE name = 'passwordResetPolicy'`,
      [enabledFor],
    )
  await setReset('none')
  for (const processes of cores > 1 ? [1, cores] : [1]) {
    const server = await installation.serve(processes)
    const client = await openClient(server.origin, concurrency)
    try {
      const where = processes === 1 ? '1 process' : `${processes} processes`
      const { measured, devices } = await measureRegistrations(installation, server, client)
      report(figures, 'passkey registration', where, measured)
      report(figures, 'passkey sign-in', where, await measureSignIns(installation, server, client, devices))
    } finally {
      client.agent.destroy()
      await server.stop()
    }
  }
  await setReset('all')
}

function report(figures: Figures, what: string, where: string, measured: Load): void {
  figures.higher(`${what}s, ${where}`, measured.perSecond, '/s')
  figures.lower(`${what}, p50, ${where}`, measured.p50, 'ms')
  figures.lower(`${what}, p95, ${where}`, measured.p95, 'ms')
  figures.lower(`${what}, p99, ${where}`, measured.p99, 'ms')
  figures.lower(`server CPU per ${what}, ${where}`, measured.serverCpu, 'ms')
  figures.lower(`database CPU per ${what}, ${where}`, measured.databaseCpu, 'ms')
}

async function measureRegistrations(
  installation: Installation,
  server: RunningServer,
  client: Client,
): Promise<{ measured: Load; devices: SoftwareAuthenticator[] }> {
  const { owner } = installation
  const actions = 'app/(self-service)/security-info/register/actions.ts'
  const ids = { start: actionId(actions, 'startPasskeyStep'), finish: actionId(actions, 'finishPasskeyStep') }
  const people = await addPeople(owner, (secondsEach + warmUpSeconds) * perSecondMax, false)
  const cookies = await copySession(owner, await wizardCookie(installation, client), people)
  const devices: SoftwareAuthenticator[] = []
  let next = 0
  const work = async () => {
    const session = cookies[next++]
    if (!session) throw new Error('more registrations a second than people were prepared for')
    const asking = { path: '/security-info/register/passkey', cookies: [session], address: officeAddress }
    const started = await callScript<PublicKeyCredentialCreationOptionsJSON>(client, {
      ...{ ...asking, action: ids.start, argument: {} },
    })
    if (!started.value) throw new Error(`the registration led to ${started.go}`)
    const device = new SoftwareAuthenticator({ origin: server.origin, rpId: 'localhost' })
    const response = device.create(started.value)
    const finished = await callScript(client, { ...asking, action: ids.finish, argument: { response, name: 'Bench' } })
    if (!finished.go?.includes('added=')) throw new Error(`the registration led to ${finished.go}`)
    devices.push(device)
  }
  return { measured: await run(installation, server, work), devices }
}

async function measureSignIns(
  installation: Installation,
  server: RunningServer,
  client: Client,
  devices: readonly SoftwareAuthenticator[],
): Promise<Load> {
  const actions = 'app/(sign-in)/sign-in/actions.ts'
  const ids = { start: actionId(actions, 'startPasskey'), finish: actionId(actions, 'finishPasskey') }
  let next = 0
  const work = async () => {
    const place = next++
    const device = devices[place % devices.length]
    if (!device) throw new Error('no passkey was registered')
    const address = `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`
    const asking = { path: '/sign-in', address }
    const started = await callScript<PasskeyRequest>(client, { ...asking, action: ids.start, argument: {} })
    if (!started.value) throw new Error(`the sign-in led to ${started.go}`)
    const { challengeId, options } = started.value
    const argument = { challengeId, response: device.get(options), returnTo: '' }
    const finished = await callScript(client, { ...asking, action: ids.finish, argument })
    if (finished.go !== '/security-info') throw new Error(`the sign-in led to ${finished.go}`)
  }
  return run(installation, server, work)
}

function run(installation: Installation, server: RunningServer, work: () => Promise<void>): Promise<Load> {
  return load({
    ...{ concurrency, seconds: secondsEach, warmUpSeconds, work },
    ...{ serverCpu: server.cpu, databaseCpu: installation.databaseCpu },
  })
}

import { codeAt } from '@/demo/authenticator'
import { unseal } from '@/lib/platform/seal'
import { actionId, type Client, openClient, submit } from './browser'
import type { Figures } from './figure'
import { type Installation, officeAddress, type RunningServer } from './installation'
import { load } from './load'
import { addPeople, benchPassword, copySession, type Person } from './people'

const path = '/security-info/register/authenticator-app'
const actions = 'app/(self-service)/security-info/register/actions.ts'
const secondsEach = 6
const perSecondMax = 500

/**
 * Registers authenticator apps in the wizard over HTTP: the two actions that start and confirm one, called as a browser
 * with scripts calls them, with the page that each leads to drawn into its answer. One person registers once. Each has
 * a session of their own, copied row by row from one that signed in with a password and was led to the wizard.
 */
export async function benchRegistrations(installation: Installation, figures: Figures, cores: number): Promise<void> {
  for (const processes of cores > 1 ? [1, cores] : [1]) {
    const server = await installation.serve(processes)
    try {
      for (const concurrency of [1, 8, 32]) await measure({ installation, server, figures, processes, concurrency })
    } finally {
      await server.stop()
    }
  }
}

async function measure(options: {
  installation: Installation
  server: RunningServer
  figures: Figures
  processes: number
  concurrency: number
}): Promise<void> {
  const { installation, server, figures, processes, concurrency } = options
  const { owner } = installation
  const client = await openClient(server.origin, concurrency)
  const cookie = await wizardCookie(installation, client)
  const people = await addPeople(owner, secondsEach * (concurrency === 1 ? 150 : perSecondMax), false)
  const cookies = await copySession(owner, cookie, people)
  const ids = { start: actionId(actions, 'startApp'), confirm: actionId(actions, 'confirmApp') }
  let next = 0
  const work = async () => {
    const person = people[next]
    const session = cookies[next++]
    if (!person || !session) throw new Error('more registrations a second than people were prepared for')
    const call = { path, cookies: [session], address: officeAddress }
    await submit(client, { ...call, action: ids.start, fields: {} })
    const code = codeAt(await pendingSecret(installation, person), new Date())
    const { location } = await submit(client, { ...call, action: ids.confirm, fields: { code } })
    if (!location.includes('added=')) throw new Error(`the registration led to ${location}`)
  }
  const { serverCpu, ...measured } = await load({
    ...{ concurrency, seconds: secondsEach, work, serverCpu: server.cpu, databaseCpu: installation.databaseCpu },
  })
  client.agent.destroy()
  const name = (what: string) =>
    `${what}, ${processes === 1 ? '1 process' : `${processes} processes`}, ${concurrency} at once`
  const isFull = processes > 1 && concurrency === 32
  figures.higher(name('registrations'), measured.perSecond, '/s', isFull ? 230 : null)
  figures.lower(name('p50'), measured.p50, 'ms')
  figures.lower(name('p95'), measured.p95, 'ms')
  figures.lower(name('p99'), measured.p99, 'ms')
  figures.lower(name('server CPU per registration'), serverCpu, 'ms', 8)
  figures.lower(name('database CPU per registration'), measured.databaseCpu, 'ms')
}

/** One true sign-in with a password; the policy for everybody leads it to the wizard. */
export async function wizardCookie({ owner }: Installation, client: Client): Promise<string> {
  const [person] = await addPeople(owner, 1, false)
  const { location, cookies } = await submit(client, {
    path: '/sign-in',
    action: actionId('app/(sign-in)/sign-in/actions.ts', 'signInByPassword'),
    fields: { username: person?.userPrincipalName ?? '', password: benchPassword, returnTo: '' },
    address: officeAddress,
  })
  const cookie = cookies.find((one) => one.startsWith('__Host-twofold-session='))
  if (!cookie || location !== '/security-info/register') throw new Error(`the sign-in led to ${location}`)
  return cookie
}

/** What the person's phone read from the screen. Taken from the row: reading the picture is not the server's work. */
async function pendingSecret({ owner }: Installation, { id }: Person): Promise<string> {
  const { rows } = await owner.query<{ id: string; data_sealed: string }>({
    name: 'pending-secret',
    text: `SELECT id, data_sealed FROM challenge WHERE user_id = $1 AND kind = 'softwareOath'`,
    values: [id],
  })
  const place = { table: 'challenge', column: 'data_sealed', rowId: rows[0]?.id ?? '', ownerId: id }
  return JSON.parse(unseal(rows[0]?.data_sealed ?? '', place)).secret
}

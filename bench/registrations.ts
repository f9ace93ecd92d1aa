import { codeAt } from '@/demo/authenticator'
import { unseal } from '@/lib/platform/seal'
import { actionId, type Client, call, knock, openClient, post } from './browser'
import type { Figures } from './figure'
import { type Installation, officeAddress, type RunningServer } from './installation'
import { during, load, loadInRounds, medianOf } from './load'
import { addPeople, benchPassword, copySession, type Person } from './people'

const path = '/security-info/register/authenticator-app'
const actions = 'app/(self-service)/security-info/register/actions.ts'
const rounds = 3
const secondsEach = 4
/** For each process that was just started: it compiles the program for itself. */
const freshSeconds = 12
const perSecondMax = 400

/**
 * Registers authenticator apps in the wizard over HTTP. A registration is two actions, start and confirm, called as the
 * wizard's own form calls them; the pages before, between and after them are not in it. One figure tells what the same
 * costs without scripts, where each answer is a redirection.
 *
 * One person registers once. Each has a session of their own, copied row by row from one that signed in with a password
 * and was led to the wizard.
 */
export async function benchRegistrations(installation: Installation, figures: Figures, cores: number): Promise<void> {
  for (const processes of cores > 1 ? [1, cores] : [1]) {
    const server = await installation.serve(processes)
    try {
      const run = { installation, server, figures, processes, cores }
      // The most at once first: it warms the processes up best.
      for (const concurrency of [32, 8, 1]) await measure({ ...run, concurrency, send: call })
      if (processes > 1) await measure({ ...run, concurrency: 8, send: post })
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
  cores: number
  concurrency: number
  send: typeof post
}): Promise<void> {
  const { installation, server, figures, processes, cores, concurrency, send } = options
  const { owner } = installation
  const client = await openClient(server.origin, concurrency)
  const cookie = await wizardCookie(installation, client)
  const isFresh = concurrency === 32
  const warmUp = isFresh ? freshSeconds * processes : 0
  const perSecond = concurrency === 1 ? perSecondMax / 2 : perSecondMax
  const people = await addPeople(owner, Math.ceil((rounds * (secondsEach + 1) + warmUp) * perSecond), false)
  const cookies = await copySession(owner, cookie, people)
  const ids = { start: actionId(actions, 'startApp'), confirm: actionId(actions, 'confirmApp') }
  let next = 0
  const work = async () => {
    const person = people[next]
    const session = cookies[next++]
    if (!person || !session) throw new Error('more registrations a second than people were prepared for')
    const form = { path, cookies: [session], address: officeAddress }
    await send(client, { ...form, action: ids.start, fields: {} })
    const code = codeAt(await pendingSecret(installation, person), new Date())
    const { location } = await send(client, { ...form, action: ids.confirm, fields: { code } })
    if (!location.includes('added=')) throw new Error(`the registration led to ${location}`)
  }
  const cpu = { serverCpu: server.cpu, databaseCpu: installation.databaseCpu }
  // A table that was all but empty a moment ago is planned for anew within a minute by autovacuum, which is not awaited here.
  if (isFresh) {
    await during(concurrency, warmUp, work)
    await owner.query('ANALYZE')
  }
  const loads = await loadInRounds({ concurrency, seconds: secondsEach, warmUpSeconds: 1, work, rounds, ...cpu })
  const { serverCpu, ...measured } = medianOf(loads)
  const empty =
    send === call
      ? await load({
          ...{ concurrency, seconds: 3, warmUpSeconds: 1, ...cpu },
          work: () => knock(client, { path, action: ids.start, address: officeAddress }),
        })
      : null
  client.agent.destroy()
  const where = `${processes === 1 ? '1 process' : `${processes} processes`}, ${concurrency} at once`
  if (empty === null) {
    figures.higher(`registrations without scripts, ${where}`, measured.perSecond, '/s')
    figures.lower(`server CPU without scripts, ${where}`, serverCpu, 'ms')
    return
  }
  figures.higher(`registrations, ${where}`, measured.perSecond, '/s', processes > 1 && concurrency === 32 ? 230 : null)
  figures.lower(`p50, ${where}`, measured.p50, 'ms')
  figures.lower(`p95, ${where}`, measured.p95, 'ms')
  figures.lower(`p99, ${where}`, measured.p99, 'ms')
  figures.lower(`server CPU per registration, ${where}`, serverCpu, 'ms', 8)
  figures.lower(`database CPU per registration, ${where}`, measured.databaseCpu, 'ms')
  figures.lower(`CPU of this client per registration, ${where}`, measured.clientCpu, 'ms')
  // What the program cannot change: two actions of the framework, the database and this client, all on the same cores.
  const all = 2 * empty.serverCpu + measured.databaseCpu + measured.clientCpu
  figures.lower(`an action that does nothing, server CPU, ${where}`, empty.serverCpu, 'ms')
  figures.higher(`registrations that the floor leaves, ${where}`, (cores * 1000) / all, '/s')
}

/** One true sign-in with a password; the policy for everybody leads it to the wizard. */
export async function wizardCookie({ owner }: Installation, client: Client): Promise<string> {
  const [person] = await addPeople(owner, 1, false)
  const { location, cookies } = await call(client, {
    path: '/sign-in',
    action: actionId('app/(sign-in)/sign-in/actions.ts', 'signInByPassword'),
    fields: { username: person?.userPrincipalName ?? '', password: benchPassword, returnTo: '' },
    address: officeAddress,
  })
  const cookie = cookies.find((one) => one.startsWith('__Host-twofold-session='))
  if (!cookie || !location.endsWith('/security-info/register')) throw new Error(`the sign-in led to ${location}`)
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

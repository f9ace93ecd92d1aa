import { codeAt } from '@/demo/authenticator'
import { hashSecret, verifySecret } from '@/lib/password/hashing'
import { actionId, type Client, call, knock, openClient } from './browser'
import { type Figures, percentile } from './figure'
import type { Installation } from './installation'
import { type Load, load, loadInRounds, medianOf } from './load'
import { addPeople, benchPassword, type Person } from './people'

const rounds = 5
const secondsEach = 3
const warmUpSeconds = 15
/** For each process: past the 3000th call of a function V8 compiles it for the last time. */
const warmUpActions = 4000
const perSecondMax = 200
const concurrency = 16

/**
 * Signs in with a password and the code of an app: two actions, called as their forms call them. Then with a password alone,
 * where no policy asks for more: what a password costs beside its hash, and how many of the hashes that the machine could do
 * it leaves. One person signs in once, because a code counts once, and each from an address of their own, because an
 * address may try only so often.
 */
export async function benchSignIns(installation: Installation, figures: Figures, cores: number): Promise<void> {
  const given = { installation, figures, cores }
  for (const processes of cores > 1 ? [1, cores] : [1]) {
    await measure({
      ...{ ...given, processes, what: 'sign-ins', actions: 2, signInOnce: signInWith },
      bounds: { perSecond: processes > 1 ? 51 : null, cpu: 20 },
    })
  }
  const { owner } = installation
  await owner.query(`UPDATE conditional_access_policy SET state = 'disabled' WHERE state = 'enabled'`)
  try {
    for (const processes of cores > 1 ? [1, cores] : [1])
      await measure({
        ...{ ...given, processes, what: 'sign-ins by password alone', actions: 1, signInOnce: signInByPasswordWith },
        bounds: { beside: 7, share: 60 },
      })
  } finally {
    await owner.query(`UPDATE conditional_access_policy SET state = 'enabled' WHERE state = 'disabled'`)
  }
}

async function measure(options: {
  installation: Installation
  figures: Figures
  processes: number
  cores: number
  what: string
  /** How many one of them takes. */
  actions: number
  signInOnce: (client: Client) => (person: Person, address: string) => Promise<unknown>
  bounds: {
    readonly perSecond?: number | null
    readonly cpu?: number
    readonly beside?: number
    readonly share?: number
  }
}): Promise<void> {
  const { installation, figures, processes, cores, what, actions, bounds } = options
  const server = await installation.serve(processes)
  try {
    const client = await openClient(server.origin, concurrency)
    const warmUpCount = (warmUpActions / actions) * processes
    const people = await addPeople(
      installation.owner,
      (rounds * (secondsEach + 0.5) + warmUpSeconds) * perSecondMax + warmUpCount,
      true,
    )
    const signInOnce = options.signInOnce(client)
    let next = 0
    const work = async () => {
      const place = next++
      const person = people[place]
      if (!person) throw new Error('more sign-ins a second than people were prepared for')
      await signInOnce(person, `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`)
    }
    // Before and after each round, because what neighbours leave of the machine changes within seconds.
    const alone: Hashing[] = []
    const hash = async () => {
      alone.push(await hashing(cores))
    }
    const loads = await loadInRounds({
      ...{ concurrency, seconds: secondsEach, warmUpSeconds, warmUpCount, work, rounds, before: hash },
      ...{ serverCpu: server.cpu, databaseCpu: installation.databaseCpu },
    })
    await hash()
    const measured = medianOf(loads)
    /** The median of what is made of each round and the hashing around it. */
    const median = (made: (load: Load, around: Hashing) => number) => {
      const around = (round: number) => mean(alone[round], alone[round + 1])
      return percentile(
        loads.map((one, round) => made(one, around(round))),
        0.5,
      )
    }
    const empty = await load({
      ...{
        concurrency,
        seconds: 3,
        warmUpSeconds: 1,
        work: () => knock(client, { ...signInForm(), address: '10.0.0.1' }),
      },
      ...{ serverCpu: server.cpu, databaseCpu: installation.databaseCpu },
    })
    client.agent.destroy()
    const cpuEach = median((_, around) => around.cpuEach)
    const possible = median((_, around) => around.perSecond)
    const ofThem = `${what}, ${processes === 1 ? '1 process' : `${processes} processes`}`
    figures.higher(ofThem, measured.perSecond, '/s', bounds.perSecond ?? null)
    for (const name of ['p50', 'p95', 'p99'] as const) figures.lower(`${ofThem}: ${name}`, measured[name], 'ms')
    figures.lower(`${ofThem}: server CPU each`, measured.serverCpu, 'ms', bounds.cpu ?? null)
    figures.higher(
      `${ofThem}: of it argon2`,
      median((one, around) => (around.cpuEach / one.serverCpu) * 100),
      '%',
    )
    const beside = median((one, around) => one.serverCpu - around.cpuEach)
    figures.lower(`${ofThem}: server CPU beside argon2`, beside, 'ms', bounds.beside ?? null)
    figures.lower(`${ofThem}: database CPU each`, measured.databaseCpu, 'ms')
    figures.lower(`${ofThem}: CPU of this client each`, measured.clientCpu, 'ms')
    figures.lower(`${ofThem}: argon2 alone, CPU per hash`, cpuEach, 'ms')
    figures.higher(`${ofThem}: argon2 alone on these cores`, possible, '/s')
    const share = median((one, around) => (one.perSecond / around.perSecond) * 100)
    figures.higher(`${ofThem}: share of it`, share, '%', bounds.share ?? null)
    // What the program cannot change: the hash, the framework's part of each action, the database and this client.
    const floor = cpuEach + actions * empty.serverCpu
    const all = floor + measured.databaseCpu + measured.clientCpu
    figures.lower(`${ofThem}: an action that does nothing, server CPU`, empty.serverCpu, 'ms')
    figures.lower(`${ofThem}: floor, hash and actions that do nothing`, floor, 'ms')
    figures.higher(`${ofThem}: share that the floor leaves`, ((cores * 1000) / all / possible) * 100, '%')
  } finally {
    await server.stop()
  }
}

/** Signs somebody in once and answers the cookie of the session. */
export function signIn(client: Client, person: Person, address: string): Promise<string> {
  return signInWith(client)(person, address)
}

function signInForm() {
  return { path: '/sign-in', action: actionId('app/(sign-in)/sign-in/actions.ts', 'signInByPassword') }
}

function signInWith(client: Client) {
  const password = signInForm()
  const code = actionId('app/(sign-in)/sign-in/verify/actions.ts', 'verifyByApp')
  return async (person: Person, address: string): Promise<string> => {
    const fields = { username: person.userPrincipalName, password: benchPassword, returnTo: '' }
    const first = await call(client, { ...password, fields, address })
    const second = await call(client, {
      ...{ path: '/sign-in/verify', action: code, address, cookies: first.cookies },
      fields: { code: codeAt(person.secret, new Date()), returnTo: '' },
    })
    const cookie = second.cookies.find((one) => one.startsWith('__Host-twofold-session='))
    if (!cookie || !second.location.endsWith('/security-info')) throw new Error(`the sign-in led to ${second.location}`)
    return cookie
  }
}

function signInByPasswordWith(client: Client) {
  const form = signInForm()
  return async (person: Person, address: string): Promise<void> => {
    const fields = { username: person.userPrincipalName, password: benchPassword, returnTo: '' }
    const { location } = await call(client, { ...form, fields, address })
    if (!location.endsWith('/security-info')) throw new Error(`the sign-in led to ${location}`)
  }
}

/** Of argon2 alone: how many a second, and the CPU of one in milliseconds. */
type Hashing = { readonly perSecond: number; readonly cpuEach: number }

/** Verifications when nothing else is asked, on all cores, threads included: no sign-in with a password can be quicker. */
async function hashing(cores: number): Promise<Hashing> {
  const made = await hashSecret(benchPassword)
  if (!made.ok) throw new Error('the password cannot be hashed')
  const milliseconds = 2000
  const end = performance.now() + milliseconds
  const before = process.cpuUsage()
  let done = 0
  const verify = async () => {
    for (; performance.now() < end; done++) await verifySecret(benchPassword, made.value)
  }
  await Promise.all(Array.from({ length: cores }, verify))
  const { user, system } = process.cpuUsage(before)
  return { perSecond: done / (milliseconds / 1000), cpuEach: (user + system) / 1000 / done }
}

function mean(one: Hashing | undefined, other: Hashing | undefined): Hashing {
  const of = (name: keyof Hashing) => ((one?.[name] ?? Number.NaN) + (other?.[name] ?? Number.NaN)) / 2
  return { perSecond: of('perSecond'), cpuEach: of('cpuEach') }
}

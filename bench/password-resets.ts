import { codeAt } from '@/demo/authenticator'
import { hasZeroBits, readWork, workInput } from '@/lib/password-reset/proof-of-work'
import { sha256 } from '@/lib/platform/hash'
import { actionId, type Client, call, openClient, send } from './browser'
import { type Figures, percentile } from './figure'
import type { Installation } from './installation'
import { load } from './load'
import { addPeople, type Person } from './people'

// As many hashes as run and wait at once; more are told to come again.
const concurrency = 32
const seconds = 8
const warmUpSeconds = 12
const perSecondMax = 50

/**
 * Resets passwords: a name with its proof of work, a code of an app, a new password; three actions, called as their forms
 * call them. The first two are answered after 400 ms at the earliest, whoever asks, so the time of a reset says how patient
 * the product makes strangers, and its CPU says what it costs. The work is done before, because a browser does it, not the
 * server.
 */
export async function benchPasswordResets(installation: Installation, figures: Figures): Promise<void> {
  const server = await installation.serve(1)
  const client = await openClient(server.origin, concurrency)
  try {
    const count = (seconds + warmUpSeconds) * perSecondMax
    const people = await addPeople(installation.owner, count, true)
    const works: PaidWork[] = []
    while (works.length < count) works.push(...(await Promise.all(Array.from({ length: 8 }, () => payForOne(client)))))
    const resetOnce = resetWith(client)
    let next = 0
    const measured = await load({
      ...{ concurrency, seconds, warmUpSeconds, serverCpu: server.cpu, databaseCpu: installation.databaseCpu },
      work: async () => {
        const place = next++
        const [person, work] = [people[place], works[place]]
        if (!person || !work) throw new Error('more resets a second than people were prepared for')
        await resetOnce(person, work, `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`)
      },
    })
    figures.higher('password resets, 1 process', measured.perSecond, '/s')
    figures.lower('password reset, p50', measured.p50, 'ms')
    figures.lower('password reset, p95', measured.p95, 'ms')
    figures.lower('password reset, p99', measured.p99, 'ms')
    figures.lower('server CPU per password reset', measured.serverCpu, 'ms')
    figures.lower('database CPU per password reset', measured.databaseCpu, 'ms')
    const times = await timesOfNames(client, people)
    for (const [name, share] of [
      ['median', 0.5],
      ['p90', 0.9],
    ] as const) {
      const [known, unknown] = [percentile(times.known, share), percentile(times.unknown, share)]
      const apart = (Math.abs(known - unknown) / Math.max(known, unknown)) * 100
      figures.lower(`answers to known and unknown names, ${name} apart`, apart, '%', 5)
    }
  } finally {
    client.agent.destroy()
    await server.stop()
  }
}

/**
 * SEC-191: how long a name waits for its answer that somebody has, and one that nobody has; 500 of each, one against the
 * other. Quiet machines only: that is why it is no test.
 */
async function timesOfNames(client: Client, people: readonly Person[]) {
  const identify = actionId('app/(self-service)/password-reset/actions.ts', 'identifyAction')
  const times = { known: [] as number[], unknown: [] as number[] }
  const works: PaidWork[] = []
  while (works.length < 2 * namesTimed)
    works.push(...(await Promise.all(Array.from({ length: 8 }, () => payForOne(client)))))
  const ask = async (kind: 'known' | 'unknown', place: number) => {
    const work = works.pop()
    const name =
      kind === 'known' ? people[people.length - 1 - place]?.userPrincipalName : `nobody${place}@bench.example`
    if (!work || !name) throw new Error('more names than people or works were prepared')
    const startedAt = performance.now()
    await call(client, {
      ...{
        path: '/password-reset',
        action: identify,
        address: `11.${kind === 'known' ? 0 : 1}.${place >> 8}.${place & 255}`,
      },
      fields: { username: name, work: work.text, answer: work.answer },
    })
    times[kind].push(performance.now() - startedAt)
  }
  for (let place = 0; place < namesTimed; place += 4)
    await Promise.all([0, 1, 2, 3].flatMap((more) => [ask('known', place + more), ask('unknown', place + more)]))
  return times
}
const namesTimed = 500

type PaidWork = { readonly text: string; readonly answer: string }

async function payForOne(client: Client): Promise<PaidWork> {
  const page = await send(client, 'GET', '/password-reset', { cookie: client.formCookie })
  const text = /name="work" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const bits = readWork(text.slice(0, text.lastIndexOf('.')))?.bits
  if (bits === undefined) throw new Error(`the page has no work (${page.status})`)
  let answer = 0
  while (!hasZeroBits(sha256(workInput(text, String(answer))), bits)) answer++
  return { text, answer: String(answer) }
}

function resetWith(client: Client) {
  const file = 'app/(self-service)/password-reset/actions.ts'
  const [identify, code, password] = ['identifyAction', 'proveByOath', 'setPasswordAction'].map((name) =>
    actionId(file, name),
  )
  return async (person: Person, work: PaidWork, address: string): Promise<void> => {
    const begun = await call(client, {
      ...{ path: '/password-reset', action: identify ?? '', address },
      fields: { username: person.userPrincipalName, work: work.text, answer: work.answer },
    })
    const form = await send(client, 'GET', '/password-reset/verify?way=oath', {
      cookie: [client.formCookie, ...begun.cookies].join('; '),
    })
    const resetId = /name="resetId" value="([^"]+)"/.exec(form.body)?.[1] ?? ''
    const proven = await call(client, {
      ...{ path: '/password-reset/verify', action: code ?? '', address, cookies: begun.cookies },
      fields: { resetId, code: codeAt(person.secret, new Date()) },
    })
    const done = await call(client, {
      ...{ path: '/password-reset/new-password', action: password ?? '', address, cookies: proven.cookies },
      fields: { resetId, newPassword: 'gravel under the gantry at low tide' },
    })
    if (!done.location.endsWith('/done')) throw new Error(`the reset led to ${done.location}`)
  }
}

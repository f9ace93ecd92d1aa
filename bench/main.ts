// The bench: `npm run bench`, or `npm run bench -- registrations gate`. Prints a table and writes
// bench/results/latest.json; CPU time is the figure to compare, because others on the machine take wall time, not CPU.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import { benchBundle } from './bundle'
import { benchDirectorySync } from './directory-sync'
import { type Figure, Figures, meetsBound, table } from './figure'
import { benchGate } from './gate'
import { benchGateInAction } from './gate-in-action'
import { type Installation, root, startInstallation } from './installation'
import { benchLighthouse } from './lighthouse'
import { benchPasskeys } from './passkeys'
import { benchPasswordResets } from './password-resets'
import { benchRegistrations } from './registrations'
import { benchResetReports } from './reset-reports'
import { benchSignIns } from './sign-ins'
import { benchTokens } from './tokens'
import { benchWhoWouldBeBlocked } from './who-would-be-blocked'
import { yardstick } from './yardstick'

const cores = availableParallelism()
const suites: Record<string, (figures: Figures, installation: () => Promise<Installation>) => Promise<void>> = {
  gate: (figures) => benchGate(figures),
  'gate-in-action': async (figures, installation) => benchGateInAction(await installation(), figures),
  registrations: async (figures, installation) => benchRegistrations(await installation(), figures, cores),
  'sign-ins': async (figures, installation) => benchSignIns(await installation(), figures, cores),
  passkeys: async (figures, installation) => benchPasskeys(await installation(), figures, cores),
  'password-resets': async (figures, installation) => benchPasswordResets(await installation(), figures),
  'reset-reports': async (figures, installation) => benchResetReports(await installation(), figures),
  'directory-sync': async (figures, installation) => benchDirectorySync(await installation(), figures),
  tokens: async (figures, installation) => benchTokens(await installation(), figures),
  'who-would-be-blocked': async (figures, installation) => benchWhoWouldBeBlocked(await installation(), figures),
  bundle: async (figures, installation) => benchBundle(await installation(), figures),
  lighthouse: async (figures, installation) => benchLighthouse(await installation(), figures),
}

async function main(): Promise<number> {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !(name in suites))
  if (unknown.length > 0) {
    console.error(`no suite ${unknown.join(', ')}: choose from ${Object.keys(suites).join(', ')}`)
    return 2
  }
  const names = asked.length > 0 ? Object.keys(suites).filter((name) => asked.includes(name)) : Object.keys(suites)
  const failed: string[] = []
  if (names.length === 1) await runSuite(names[0] ?? '')
  else for (const name of names) if ((await runApart(name)) !== 0) failed.push(name)
  const all = read().filter(({ suite }) => names.includes(suite) && !failed.includes(suite))
  const missed = all.filter((figure) => !meetsBound(figure))
  if (process.send === undefined)
    console.log(`\n${all.length} figures, ${missed.length} beyond their bound; written to bench/results/latest.json`)
  if (failed.length > 0) console.error(`not measured, see above: ${failed.join(', ')}`)
  return failed.length > 0 ? 1 : 0
}

/** Each suite in a process of its own, with an installation of its own: what one leaves behind is in no other's figures. */
function runApart(name: string): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', name], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  return new Promise((done) =>
    child.once('exit', (code) => {
      process.off('exit', stop)
      done(code ?? 1)
    }),
  )
}

async function runSuite(name: string): Promise<void> {
  let installation: Installation | undefined
  const installed = async () => {
    installation ??= await startInstallation()
    return installation
  }
  const begun = Date.now()
  const figures = new Figures(name)
  try {
    figures.lower('yardstick: argon2, CPU per hash', await yardstick(), 'ms')
    await suites[name]?.(figures, installed)
  } finally {
    await installation?.stop()
  }
  console.log(`\n── ${name} (${((Date.now() - begun) / 1000).toFixed(0)} s)\n${table(figures.list)}`)
  write(figures.list)
}

const results = join(root, 'bench/results/latest.json')

function read(): readonly Figure[] {
  return existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')).figures : []
}

/** After each suite, so that one that fails takes nothing of the others with it. */
function write(figures: readonly Figure[]): void {
  mkdirSync(dirname(results), { recursive: true })
  // A run of one suite keeps what the others said last.
  const measured = new Set(figures.map(({ suite }) => suite))
  const all = [...read().filter(({ suite }) => !measured.has(suite)), ...figures]
  const machine = {
    ...{ at: new Date().toISOString(), cpu: cpus()[0]?.model ?? 'unknown', cores },
    ...{ memoryMiB: Math.round(totalmem() / 2 ** 20), system: `${type()} ${release()}`, node: process.version },
    postgres: 'embedded, fsync on',
  }
  writeFileSync(results, `${JSON.stringify({ machine, figures: all }, null, 2)}\n`)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)

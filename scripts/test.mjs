// npm test [filter…]: installs and builds what is missing, then runs the suites in order of their speed. A filter is
// the name of a suite (`npm test -- unit e2e`) or part of a test file's path (`npm test -- request-guard`).
// Ends with one line `N passed, N failed`; lint and types count as one each.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from './install.mjs'
import { nodePath } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const results = join(root, 'test-results')
const suites = ['lint', 'types', 'unit', 'structure', 'integration', 'api', 'e2e']
const builtSuites = ['integration', 'api', 'e2e']

const total = { passed: 0, failed: 0 }
/** Told once more at the end: what failed in the middle of a long run is out of sight by then. */
const failures = []

async function main() {
  installPackages()
  const filters = process.argv.slice(2)
  const chosen = suites.filter((suite) => filters.includes(suite))
  const files = filters.filter((filter) => !suites.includes(filter))
  const run = chosen.length > 0 ? chosen : files.length > 0 ? suites.slice(2) : suites
  mkdirSync(results, { recursive: true })
  const { build, writeFrameworkTypes } = await import('./build.mjs')
  const needsPages = run.some((suite) => builtSuites.includes(suite) && hasFiles(suite, files))
  await build({ pages: needsPages, programs: needsPages, onProgress: (text) => console.log(text) })
  if (run.includes('types')) await writeFrameworkTypes()
  if (run.includes('e2e') && hasFiles('e2e', files)) installChromium()
  if (run.includes('integration') && hasFiles('integration', files, 'kannel')) installKannel()
  if (run.some((suite) => suite !== 'unit' && hasFiles(suite, files, 'director'))) installDirectories()
  if (run.includes('integration') && hasFiles('integration', files, 'python-fido2')) installPythonFido2()
  for (const suite of run) if (hasFiles(suite, files)) await heading(suite, () => runSuite(suite, files))
  if (failures.length > 0) console.log(`\nfailed:\n${failures.join('\n')}`)
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
}

function runSuite(suite, files) {
  if (suite === 'lint') return countOne(suite, node('node_modules/@biomejs/biome/bin/biome', ['check', '.']))
  if (suite === 'types') return countOne(suite, node('node_modules/typescript/bin/tsc', ['--noEmit']))
  return suite === 'e2e' ? journeys(files) : vitest(suite, files)
}

function vitest(suite, files) {
  const report = join(results, `${suite}.json`)
  rmSync(report, { force: true })
  const made = node('node_modules/vitest/vitest.mjs', [
    ...[
      'run',
      '--project',
      suite,
      '--passWithNoTests',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    ...files,
  ])
  const { numPassedTests = 0, numFailedTests = 0, numFailedTestSuites = 0 } = read(report)
  failures.push(...failedTests(report))
  for (const title of skippedTitles(report)) console.log(`skipped, counted as neither: ${title}`)
  // A file that cannot be loaded has no failed test, and is a failure all the same.
  count(numPassedTests, Math.max(numFailedTests, made === 0 ? 0 : 1, numFailedTestSuites > 0 ? 1 : 0))
}

function failedTests(report) {
  return (read(report).testResults ?? []).flatMap(({ name, status, message, assertionResults = [] }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    // A file that could not be loaded has no tests to blame.
    const told =
      failed.length > 0 ? failed.map((test) => [test.fullName, ...test.failureMessages].join('\n')) : [message]
    return status === 'failed' ? told.map((text) => `  ${relative(root, name)}: ${`${text}`.slice(0, 1500)}`) : []
  })
}

function skippedTitles(report) {
  const tests = (read(report).testResults ?? []).flatMap(({ assertionResults = [] }) => assertionResults)
  return tests.filter(({ status }) => status === 'skipped' || status === 'pending').map(({ fullName }) => fullName)
}

function journeys(files) {
  const report = join(results, 'e2e.json')
  rmSync(report, { force: true })
  const made = node('node_modules/@playwright/test/cli.js', ['test', ...files])
  const result = read(report)
  const { expected = 0, flaky = 0, unexpected = 0 } = result.stats ?? {}
  const doubtful = (result.suites ?? []).flatMap(flakyBeyondClosing)
  failures.push(...(result.suites ?? []).flatMap(failedJourneys))
  for (const title of doubtful) console.log(`failed on the first try, which counts: ${title}`)
  count(expected + flaky - doubtful.length, Math.max(unexpected + doubtful.length, made === 0 ? 0 : 1))
}

function failedJourneys(suite) {
  const failed = (suite.specs ?? []).filter((spec) => spec.tests.some(({ status }) => status === 'unexpected'))
  return [...failed.map(({ file, title }) => `  ${file}: ${title}`), ...(suite.suites ?? []).flatMap(failedJourneys)]
}

/**
 * Titles of journeys that passed on the second try only, and not because the browser hung while it closed. A second
 * try is for the browser: anything else that failed once is a race of ours, and a failure.
 */
function flakyBeyondClosing(suite) {
  const own = (suite.specs ?? []).filter((spec) =>
    spec.tests.some(
      ({ status, results }) => status === 'flaky' && !results[0].errors.every(({ message }) => isHungClosing(message)),
    ),
  )
  return [...own.map(({ title }) => title), ...(suite.suites ?? []).flatMap(flakyBeyondClosing)]
}

function isHungClosing(message = '') {
  return /^Tearing down "context" exceeded the test timeout/.test(message)
}

function node(program, args) {
  const condition = program.includes('playwright') ? { NODE_OPTIONS: '--conditions=react-server' } : {}
  const env = { ...process.env, ...condition, NEXT_TELEMETRY_DISABLED: '1' }
  return spawnSync(nodePath(), [join(root, program), ...args], { cwd: root, stdio: 'inherit', env }).status ?? 1
}

function countOne(suite, status) {
  if (status !== 0) failures.push(`  ${suite}: see above`)
  count(status === 0 ? 1 : 0, status === 0 ? 0 : 1)
}

function count(passed, failed) {
  total.passed += passed
  total.failed += failed
}

async function heading(suite, work) {
  const started = Date.now()
  const before = { ...total }
  console.log(`\n── ${suite} ${'─'.repeat(Math.max(3, 70 - suite.length))}`)
  await work()
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(`${suite}: ${total.passed - before.passed} passed, ${total.failed - before.failed} failed, ${seconds} s`)
}

/** Whether a suite has a test file (of that name) that the filters choose; lint and types have none and always run when named. */
function hasFiles(suite, files, name = '') {
  if (suite === 'lint' || suite === 'types') return true
  const places = suite === 'unit' ? ['lib', 'components', 'server', 'demo', 'app'] : [`tests/${suite}`]
  return places.some((place) => {
    const directory = join(root, place)
    if (!existsSync(directory)) return false
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).some(
      (file) =>
        /\.(test|spec)\.tsx?$/.test(file) &&
        file.includes(name) &&
        (files.length === 0 || files.some((part) => `${place}/${file}`.includes(part))),
    )
  })
}

/** Playwright's Chromium where it can be downloaded, Debian's package otherwise; nothing when there is one. */
function installChromium() {
  const asked = "import { chromium } from '@playwright/test'; console.log(chromium.executablePath())"
  const path = spawnSync(nodePath(), ['--input-type=module', '-e', asked], {
    cwd: root,
    encoding: 'utf8',
  }).stdout.trim()
  if (existsSync(path) || existsSync('/usr/bin/chromium')) return
  console.log('installing Chromium (once)')
  const cli = join(root, 'node_modules/@playwright/test/cli.js')
  const own = spawnSync(nodePath(), [cli, 'install', 'chromium'], {
    cwd: root,
    stdio: 'inherit',
    timeout: 300_000,
  })
  if (own.status === 0) return
  installDebian('chromium')
  if (!existsSync('/usr/bin/chromium')) throw new Error('no Chromium: install it, then run npm test again')
}

/** Debian's SMS gateway with its simulated handset, for one file of tests, which says that it skips where there is none. */
function installKannel() {
  if (existsSync('/usr/lib/kannel/test/drive_smpp') || !existsSync('/usr/bin/apt-get')) return
  console.log('installing Kannel (once)')
  installDebian('kannel', 'kannel-extras')
}

/** OpenLDAP's server and Samba's domain controller; where they cannot be had their tests are skipped, by name. */
function installDirectories() {
  const wanted = [
    ['/usr/sbin/slapd', 'slapd'],
    ['/usr/sbin/samba', 'samba-ad-dc'],
    ['/usr/share/samba/setup/provision.ldif', 'samba-ad-provision'],
  ]
  const missing = wanted.filter(([path]) => !existsSync(path)).map(([, name]) => name)
  if (missing.length === 0 || !existsSync('/usr/bin/apt-get')) return
  console.log('installing OpenLDAP and Samba (once)')
  installDebian(...missing)
}

/** Debian's python-fido2, an independent WebAuthn client; where it cannot be had its tests are skipped, by name. */
function installPythonFido2() {
  const isThere = () => spawnSync('/usr/bin/python3', ['-c', 'import fido2']).status === 0
  if (isThere() || !existsSync('/usr/bin/apt-get')) return
  console.log('installing python3-fido2 (once)')
  installDebian('python3-fido2')
}

function installDebian(...packages) {
  const apt = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get']
  // No service of a package is to start: the tests start their own.
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', ...packages],
  ])
    spawnSync(apt[0], [...apt.slice(1), ...args], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    })
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  console.log(`\n${total.passed} passed, ${total.failed + 1} failed`)
  process.exit(1)
})

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { openClient } from './browser'
import { type Figures, percentile } from './figure'
import { type Installation, officeAddress, root } from './installation'
import { addPeople } from './people'
import { wizardCookie } from './registrations'
import { signIn } from './sign-ins'

const runs = 3

/**
 * Lighthouse with its mobile throttling on the three pages that people meet: the lowest accessibility and the median
 * performance of three visits. Signed-in pages are opened with the session of a true sign-in.
 */
export async function benchLighthouse(installation: Installation, figures: Figures): Promise<void> {
  const server = await installation.serve(1)
  try {
    const client = await openClient(server.origin, 1)
    const [person] = await addPeople(installation.owner, 1, true)
    if (!person) throw new Error('nobody was added')
    const pages = [
      { name: 'sign-in', path: '/sign-in', cookie: '' },
      { name: 'wizard', path: '/security-info/register', cookie: await wizardCookie(installation, client) },
      { name: 'manage page', path: '/security-info', cookie: await signIn(client, person, officeAddress) },
    ]
    client.agent.destroy()
    for (const { name, path, cookie } of pages) {
      const scores: Scores[] = []
      for (let run = 0; run < runs; run++) scores.push(await visit(`${server.origin}${path}`, cookie))
      const accessibility = Math.min(...scores.map((score) => score.accessibility))
      figures.higher(`${name}: accessibility`, accessibility, 'points', 100)
      figures.higher(
        `${name}: performance`,
        percentile(
          scores.map((score) => score.performance),
          0.5,
        ),
        'points',
        95,
      )
    }
  } finally {
    await server.stop()
  }
}

type Scores = { readonly accessibility: number; readonly performance: number }
type Report = {
  readonly finalDisplayedUrl: string
  readonly categories: Readonly<Record<'accessibility' | 'performance', { readonly score: number | null }>>
}

async function visit(url: string, cookie: string): Promise<Scores> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-lighthouse-'))
  const headers = join(directory, 'headers.json')
  const output = join(directory, 'report.json')
  // In a file: it holds a session, and arguments are everybody's to read.
  writeFileSync(headers, JSON.stringify({ 'X-Forwarded-For': officeAddress, ...(cookie && { Cookie: cookie }) }))
  try {
    await lighthouse([url, `--extra-headers=${headers}`, `--output-path=${output}`])
    const report: Report = JSON.parse(readFileSync(output, 'utf8'))
    if (report.finalDisplayedUrl !== url) throw new Error(`${url} led to ${report.finalDisplayedUrl}`)
    const { accessibility, performance } = report.categories
    return { accessibility: points(accessibility.score), performance: points(performance.score) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function points(score: number | null): number {
  if (score === null) throw new Error('Lighthouse could not judge the page')
  return Math.round(score * 100)
}

/** Its recording of a page load fails now and then for reasons of the browser's; a page is tried three times. */
async function lighthouse(more: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(more)
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

function runOnce(more: readonly string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0
  const child = spawn(
    process.execPath,
    [
      ...[join(root, 'node_modules/lighthouse/cli/index.js'), ...more, '--quiet', '--output=json'],
      ...['--only-categories=accessibility,performance', '--max-wait-for-load=30000'],
      `--chrome-flags=--headless=new --disable-gpu${isRoot ? ' --no-sandbox' : ''}`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, CHROME_PATH: browser() } },
  )
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000)
  })
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', (code) => (code === 0 ? done() : failed(new Error(`Lighthouse failed:\n${said}`))))
  })
}

/** As for the journeys: Playwright's own where it could be downloaded, the system's otherwise. */
function browser(): string {
  const own = chromium.executablePath()
  return existsSync(own) ? own : '/usr/bin/chromium'
}

// Runs a TypeScript command of this directory with the settings of `.env`: node scripts/run.mjs scripts/migrate.ts …
//
// The condition `react-server` is what lets a command import files that begin with `import 'server-only'`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodePath } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [script, ...rest] = process.argv.slice(2)
if (script === undefined) {
  console.error('usage: node scripts/run.mjs <script.ts> [arguments]')
  process.exit(2)
}
const settings = join(root, '.env')
const child = spawn(
  nodePath(),
  [
    ...(existsSync(settings) ? [`--env-file=${settings}`] : []),
    ...['--conditions=react-server', '--import', 'tsx', resolve(script), ...rest],
  ],
  { cwd: root, stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)))

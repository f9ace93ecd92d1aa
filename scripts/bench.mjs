// npm run bench [-- suite…]: builds what npm start serves, then measures it (bench/main.ts says what and how).
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from './install.mjs'
import { nodePath } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

async function main() {
  installPackages()
  const { build, bundlePrograms } = await import('./build.mjs')
  await build({ onProgress: (text) => console.log(text) })
  // Bundled as the server is: a loader that compiles while it runs would be measured too.
  await bundlePrograms({ bench: 'bench/main.ts' })
  // In a process of its own: the condition lets it import what only the server may.
  const child = spawn(
    nodePath(),
    [...['--expose-gc', '--conditions=react-server', join(root, '.build/bench.mjs')], ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

// Writes the Prisma client to prisma/client. Prisma's command would first download an engine that `generate` does not
// use; naming any existing program in its place keeps this offline.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodePath } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Generates the client; throws with Prisma's own words when the schema is wrong. */
export function generate() {
  const made = spawnSync(nodePath(), [join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: nodePath(),
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  })
  if (made.status !== 0) throw new Error(`the Prisma client cannot be generated:\n${made.stdout}\n${made.stderr}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  generate()
  console.log('prisma/client is up to date')
}

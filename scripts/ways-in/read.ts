import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handedOn } from './gates'
import { type Report, reportOn, type TestFile } from './report'
import { readGraph } from './source-graph'

const here = dirname(fileURLToPath(import.meta.url))
export const root = dirname(dirname(here))
export const pagePath = join(root, 'docs/ways-in.md')

/** Looks at this repository. */
export function readWaysIn(): Report {
  const graph = readGraph(root, join(here, 'tsconfig.json'), handedOn)
  return reportOn(graph, testFiles(join(root, 'tests')), 'lib/jobs/index.ts#startJobs')
}

function testFiles(folder: string): TestFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(test|spec)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))
}

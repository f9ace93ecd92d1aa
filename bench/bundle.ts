import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openClient, send } from './browser'
import type { Figures } from './figure'
import { type Installation, officeAddress, root } from './installation'
import { wizardCookie } from './registrations'

/**
 * The JavaScript that a browser loads for the wizard's first page, compressed with gzip, beside that of the emptiest
 * page of the same build: the framework's own `_global-error`-free floor, the scripts that every page of the build has
 * in common (what the not-found page loads besides the shell's own pieces is counted as ours).
 */
export async function benchBundle(installation: Installation, figures: Figures): Promise<void> {
  const server = await installation.serve(1)
  try {
    const client = await openClient(server.origin, 1)
    const cookie = await wizardCookie(installation, client)
    const headers = { cookie, 'x-forwarded-for': officeAddress }
    const wizard = scriptsOf((await send(client, 'GET', '/security-info/register', headers)).body)
    client.agent.destroy()
    const floor = frameworkScripts()
    const total = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + gzipped(file), 0) / 1000
    figures.lower('empty page', total(floor), 'kB')
    figures.lower("wizard's first page", total(wizard), 'kB', Math.round((total(floor) + 15) * 10) / 10)
  } finally {
    await server.stop()
  }
}

function scriptsOf(html: string): Set<string> {
  const found = [...html.matchAll(/\/_next\/static\/[^"'\\ ]+?\.js/g)].map(([path]) => path.slice('/_next/'.length))
  return new Set(found)
}

function frameworkScripts(): Set<string> {
  const manifest = JSON.parse(readFileSync(join(root, '.next/build-manifest.json'), 'utf8'))
  return new Set<string>(manifest.rootMainFiles)
}

function gzipped(file: string): number {
  return gzipSync(readFileSync(join(root, '.next', file)), { level: 9 }).length
}

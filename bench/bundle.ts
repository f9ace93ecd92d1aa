import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openClient, send } from './browser'
import type { Figures } from './figure'
import { type Installation, officeAddress, root } from './installation'
import { wizardCookie } from './registrations'

/** What the wizard's first page may add to the framework's floor. */
const addedKilobytesMax = 15

/**
 * The JavaScript that a browser with modules loads for the wizard's first page, gzip -9, beside that of an empty page
 * of the same build. The empty page is what the build's manifest lists for every page, before any component of ours:
 * React, its DOM and the framework's router.
 */
export async function benchBundle(installation: Installation, figures: Figures): Promise<void> {
  const server = await installation.serve(1)
  try {
    const client = await openClient(server.origin, 1)
    const cookie = await wizardCookie(installation, client)
    const headers = { cookie, 'x-forwarded-for': officeAddress }
    const page = await send(client, 'GET', '/security-info/register', headers)
    client.agent.destroy()
    const wizard = scriptsOf(page.body)
    if (page.status !== 200 || wizard.length === 0) throw new Error(`the wizard answered ${page.status}`)
    const manifest: { rootMainFiles: string[] } = JSON.parse(
      readFileSync(join(root, '.next/build-manifest.json'), 'utf8'),
    )
    const floor = kilobytes(manifest.rootMainFiles)
    figures.lower('JavaScript of an empty page', floor, 'kB')
    figures.lower("JavaScript of the wizard's first page", kilobytes(wizard), 'kB', rounded(floor + addedKilobytesMax))
  } finally {
    await server.stop()
  }
}

/** The scripts that the page names, also those that only its data names for later; browsers with modules skip `noModule`. */
function scriptsOf(html: string): string[] {
  const named = html.replace(/<script[^>]*\bnoModule\b[^>]*>/gi, '').matchAll(/static\/[\w./~-]+?\.js/g)
  return [...new Set([...named].map(([file]) => file))]
}

function kilobytes(files: readonly string[]): number {
  return (
    files.reduce((sum, file) => sum + gzipSync(readFileSync(join(root, '.next', file)), { level: 9 }).length, 0) / 1000
  )
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

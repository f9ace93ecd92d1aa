import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Packages = Record<string, string>
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

describe('the Node that comes along', () => {
  const wanted: { version: string; optionalDependencies: Packages } = read('scripts/runtime/package.json')
  const lock: { packages: Record<string, { version: string; integrity?: string }> } = read(
    'scripts/runtime/package-lock.json',
  )

  it('is one version on every platform, with a checksum', () => {
    const names = Object.keys(wanted.optionalDependencies)
    expect(names.length).toBeGreaterThan(3)
    for (const name of names) {
      expect(wanted.optionalDependencies[name], name).toBe(wanted.version)
      const locked = lock.packages[`node_modules/${name}`]
      expect(locked?.version, name).toBe(wanted.version)
      expect(locked?.integrity, name).toMatch(/^sha512-/)
    }
  })

  it('is known by name to the script that fetches it', () => {
    const script = readFileSync('scripts/runtime.mjs', 'utf8')
    const named = [...script.matchAll(/^ {2}'[\w-]+': '(node-[\w-]+)',$/gm)].map(([, name]) => name).sort()
    expect(named).toEqual(Object.keys(wanted.optionalDependencies).sort())
  })

  it('runs whatever a script starts: none starts the Node that happened to start it', () => {
    const scripts = readdirSync('scripts').filter((file) => file.endsWith('.mjs'))
    const own = scripts.filter((file) => readFileSync(`scripts/${file}`, 'utf8').includes('process.execPath'))
    expect(own.sort()).toEqual(['npm.mjs', 'runtime.mjs'])
  })
})

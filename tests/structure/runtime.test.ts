import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

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

describe('where the installed Node is older than what serves', () => {
  const places: string[] = []
  afterEach(() => {
    for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true })
  })

  /** A checkout that wants `version`, started with an npm that does `npm`; answers what was said, which Node was chosen, and what npm did. */
  function start(version: string, npm: string) {
    const root = mkdtempSync(join(tmpdir(), 'twofold-runtime-'))
    places.push(root)
    mkdirSync(join(root, 'scripts'))
    for (const name of ['runtime', 'runtime.mjs', 'npm.mjs'])
      cpSync(join('scripts', name), join(root, 'scripts', name), { recursive: true })
    const wanted = join(root, 'scripts/runtime/package.json')
    writeFileSync(wanted, readFileSync(wanted, 'utf8').replace(/"version": "[^"]+"/, `"version": "${version}"`))
    writeFileSync(join(root, 'npm.js'), npm)
    const asked = `const { installRuntime, nodePath } = await import('./scripts/runtime.mjs')
      installRuntime(); console.log('chosen ' + nodePath())`
    const made = spawnSync(process.execPath, ['--input-type=module', '-e', asked], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, npm_execpath: join(root, 'npm.js') },
    })
    return { ...made, root, chosen: /^chosen (.*)$/m.exec(made.stdout)?.[1] }
  }

  const names = Object.keys(read('scripts/runtime/package.json').optionalDependencies)
  /** Puts a program that says `version` where each platform's Node would be. */
  const putting = (version: string) => `const fs = require('node:fs')
    for (const name of ${JSON.stringify(names)}) {
      fs.mkdirSync('node_modules/' + name + '/bin', { recursive: true })
      fs.writeFileSync('node_modules/' + name + '/bin/node', ${JSON.stringify(`#!/bin/sh\necho ${version}\n`)}, { mode: 0o755 })
    }`

  it('takes the fetched one', () => {
    const { chosen, stdout, stderr, root } = start('99.1.2', putting('v99.1.2'))
    expect(stderr).toBe('')
    expect(stdout).toContain('fetching Node 99.1.2 (once)')
    expect(chosen).toContain(join(root, '.build/runtime/node_modules'))
  })

  it.each([
    ['cannot be fetched', 'process.exit(1)'],
    ['is another version than was wanted', putting('v99.0.0')],
    ['does not run here', putting('"; exit 127; echo "')],
  ])('goes on with the installed one where the other %s, and says so', (_, npm) => {
    const { chosen, stderr, status } = start('99.1.2', npm)
    expect(status).toBe(0)
    expect(chosen).toBe(process.execPath)
    expect(stderr).toContain('Node 99.1.2 cannot be had here')
  })

  it('fetches nothing where the installed one is as new', () => {
    const { chosen, stdout, stderr, root } = start(process.versions.node, 'process.exit(1)')
    expect([chosen, stderr, stdout.includes('fetching')]).toEqual([process.execPath, '', false])
    expect(existsSync(join(root, '.build'))).toBe(false)
  })
})

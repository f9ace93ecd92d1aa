// npm, as whoever called us runs it.
import { spawnSync } from 'node:child_process'

/**
 * Installs in `directory` exactly what its lock file names; npm's own words go to the terminal.
 *
 * @param {string} directory
 * @param {readonly string[]} [more] further arguments
 * @returns {boolean} whether it went well
 */
export function npmCi(directory, more = []) {
  const npm = process.env.npm_execpath
  const [file, ...prefix] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
  const args = [...prefix, 'ci', '--no-audit', '--no-fund', '--loglevel=error', ...more]
  const made = spawnSync(file, args, { cwd: directory, stdio: 'inherit', shell: process.platform === 'win32' })
  return made.status === 0
}

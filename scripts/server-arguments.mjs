// How the built server is run, by `npm start` and by the bench alike.
import { join } from 'node:path'

/**
 * Node's arguments. Requests leave much that lives for a moment only: with 32 MiB instead of 16 for it, half as many
 * collections are needed, at the price of about 50 MiB a process.
 *
 * @param {string} root the checkout
 * @returns {string[]}
 */
export function serverArguments(root) {
  return ['--enable-source-maps', '--max-semi-space-size=32', join(root, '.build/server.mjs')]
}

// node scripts/build-password-lists.mjs <passwords.txt or .gz>: makes lib/password/lists anew from a list of known passwords,
// one on each line, the most used first. See docs/dependencies.md for where the list in use comes from.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const directory = join(dirname(dirname(fileURLToPath(import.meta.url))), 'lib/password/lists')
/** The shortest that may be set under any rule, and the length asked for where a password stands alone. */
const [shortest, long] = [8, 15]
/** How many count as the commonest, for either length. */
const commonest = 5000
const recordBytes = 5

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: node scripts/build-password-lists.mjs <passwords.txt or .gz>')
const bytes = readFileSync(file)
const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split(/\r?\n/)
const known = [...new Set(lines.map((line) => line.normalize('NFC').toLowerCase()))].filter(
  (text) => [...text].length >= shortest && text.isWellFormed() && !/[\p{Cc}\uFFFD]/u.test(text),
)
const common = [...known.slice(0, commonest), ...known.filter((text) => [...text].length >= long).slice(0, commonest)]
mkdirSync(directory, { recursive: true })
for (const [name, texts] of Object.entries({ common, breached: known })) {
  const hashes = texts.map((text) => createHash('sha1').update(text, 'utf8').digest().subarray(0, recordBytes))
  const records = [...new Set(hashes.map((hash) => hash.toString('hex')))].sort()
  writeFileSync(join(directory, `${name}.bin`), Buffer.from(records.join(''), 'hex'))
  console.log(`${name}: ${records.length} entries`)
}

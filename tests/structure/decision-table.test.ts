import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './sources'

/** The decision table of Conditional Access has eighty rows; each of them is a test that says its number. */
const places = [
  'lib/conditional-access/evaluate.test.ts',
  'lib/conditional-access/network.test.ts',
  'lib/conditional-access/read-policy.test.ts',
  'lib/conditional-access/what-if.test.ts',
  'tests/integration/conditional-access.test.ts',
]

it('every row of the decision table is tested by its number', () => {
  const texts = places.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')
  const byTable = [...texts.matchAll(/^ {2}row\(\s*(\d+),/gm)]
  const byTitle = [...texts.matchAll(/\b(?:it|test)\(\s*['"`]row (\d+)\b/g)]
  // Rows about addresses are one table under a title with `%i`.
  const byPlace = [...texts.matchAll(/^ {4}\[(\d+), '/gm)]
  const tested = new Set([...byTable, ...byTitle, ...byPlace].map(([, number]) => Number(number)))
  expect(Array.from({ length: 80 }, (_, place) => place + 1).filter((row) => !tested.has(row))).toEqual([])
})

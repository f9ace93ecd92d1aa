// Another instance: says what its pages and its storing transactions decide by. tests/integration/second-instance.test.ts
// starts it and writes a line to its input for each question.
import { createInterface } from 'node:readline'
import { cachedPolicySet, loadPolicySet } from '@/lib/conditional-access/store'
import { transaction } from '@/lib/platform/db'

for await (const question of createInterface({ input: process.stdin })) {
  const set = question === 'page' ? await cachedPolicySet() : await transaction(loadPolicySet)
  process.stdout.write(`${JSON.stringify(set.policies.map(({ id }) => id))}\n`)
}

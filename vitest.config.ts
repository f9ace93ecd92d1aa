import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Node 20 has no Map.groupBy, and vitest's own reporter calls it as soon as a test fails.
if (!('groupBy' in Map))
  Object.assign(Map, {
    groupBy: <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K) => {
      const groups = new Map<K, T[]>()
      let index = 0
      for (const item of items) {
        const key = keyOf(item, index++)
        groups.set(key, [...(groups.get(key) ?? []), item])
      }
      return groups
    },
  })

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const shared = {
  resolve: {
    alias: [
      { find: /^server-only$/, replacement: path('./tests/support/empty.ts') },
      { find: /^@\//, replacement: path('./') },
    ],
  },
}

// Generous: they end what hangs. A machine that has other work to do is slow and not wrong.
const patience = { testTimeout: 120_000, hookTimeout: 180_000 }

const database = {
  ...patience,
  globalSetup: ['./tests/support/global-database.ts'],
  setupFiles: ['./tests/support/environment.ts'],
  maxWorkers: 2,
}

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          ...patience,
          name: 'unit',
          include: ['{lib,components,server,demo,app}/**/*.test.{ts,tsx}'],
          setupFiles: ['./tests/support/environment.ts'],
        },
      },
      { ...shared, test: { ...database, name: 'integration', include: ['tests/integration/**/*.test.ts'] } },
      { ...shared, test: { ...database, name: 'api', include: ['tests/api/**/*.test.ts'] } },
      { ...shared, test: { ...patience, name: 'structure', include: ['tests/structure/**/*.test.ts'] } },
    ],
  },
})

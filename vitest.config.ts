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

const database = {
  globalSetup: ['./tests/support/global-database.ts'],
  setupFiles: ['./tests/support/environment.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
}

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{lib,components,server,demo,app}/**/*.test.{ts,tsx}'],
          setupFiles: ['./tests/support/environment.ts'],
        },
      },
      { ...shared, test: { ...database, name: 'integration', include: ['tests/integration/**/*.test.ts'] } },
      { ...shared, test: { ...database, name: 'api', include: ['tests/api/**/*.test.ts'] } },
      { ...shared, test: { name: 'structure', include: ['tests/structure/**/*.test.ts'] } },
    ],
  },
})

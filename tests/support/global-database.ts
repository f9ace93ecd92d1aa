import type { TestProject } from 'vitest/node'
import { startTestServer } from './test-server'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Addresses of the run's own PostgreSQL, with `DATABASE` where the name goes. */
    postgres: { readonly appUrl: string; readonly ownerUrl: string }
  }
}

/** One PostgreSQL for all files of a suite; each file copies the migrated database (tests/support/database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  project.provide('postgres', { appUrl: server.appUrl('DATABASE'), ownerUrl: server.ownerUrl('DATABASE') })
  return () => server.stop()
}

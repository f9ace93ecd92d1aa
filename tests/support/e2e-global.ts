import { startProduct } from './e2e-server'

/** Starts the product once for all journeys; tests find it through `process.env` (tests/support/e2e.ts). */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Somebody works on a journey and keeps a product running beside it.
  if (process.env.E2E_ORIGIN) return undefined
  const product = await startProduct()
  Object.assign(process.env, {
    E2E_ORIGIN: product.origin,
    E2E_INBOX_URL: product.office.inboxUrl,
    E2E_OWNER_URL: product.ownerUrl,
    E2E_CLOCK_FILE: product.clockFile,
  })
  return () => product.stop()
}

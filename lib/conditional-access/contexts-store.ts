import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { Prisma } from '@/prisma/client/client'
import { type ContextNames, contextNamesSchema } from './contexts-model'

const name = 'authenticationContexts'

/** The contexts that have a name, by number. What another version wrote and this cannot read has none. */
export async function listContexts(tx: Tx): Promise<ContextNames> {
  const row = await tx.tenantPolicy.findUnique({ where: { name } })
  const read = contextNamesSchema.safeParse(row?.document)
  return read.success ? read.data : []
}

/** The version of the names as they stand; 0 while there are none. */
export async function contextsVersion(tx: Tx): Promise<number> {
  return (await tx.tenantPolicy.findUnique({ where: { name } }))?.version ?? 0
}

export async function replaceContexts(tx: Tx, contexts: ContextNames, at: Date): Promise<void> {
  const document = contexts as unknown as Prisma.InputJsonArray
  await tx.tenantPolicy.upsert({
    where: { name },
    create: { name, document, version: 1, modifiedAt: at },
    update: { document, version: { increment: 1 }, modifiedAt: at },
  })
}

import 'server-only'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { carryOutBatch } from './carry-out'
import { checkBatch } from './check'
import { claimImport, letGo } from './store/imports'

/** Lines of people a transaction, and of groups, which may name many members each. */
const batches = { people: 200, groups: 50 } as const

/** Checks and imports whatever waits, one file after the other, until nothing does or `isStopping` says so. */
export async function workOnFiles(isStopping: () => boolean = () => false): Promise<void> {
  while (!isStopping()) {
    const held = await claimImport(db(), now())
    if (held === null) return
    const work = held.state === 'checking' ? checkBatch : carryOutBatch
    let isGoingOn = true
    while (isGoingOn) {
      if (isStopping()) return letGo(db(), held)
      isGoingOn = await work(held, batches[held.kind])
    }
  }
}

import 'server-only'
import { keptAWayIn } from '@/lib/conditional-access/commands/guard'
import { takeOverDirectoryFile } from '@/lib/directory/connector/from-file'
import { synchroniseDue } from '@/lib/directory/sync/run'
import { ConfigurationError } from '@/lib/platform/configuration-error'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { type Job, repeat } from './repeat'

const seconds = 5

/** Looks every few seconds whether a directory's turn has come. A stop ends a run where it is; the next one begins anew. */
export function startDirectorySync(): Job {
  let isStopping = false
  let isFileRead = false
  const job = repeat('directory.sync', seconds, async () => {
    // Until the file was taken over once nothing is synchronised: what the rows say may be out of date.
    isFileRead ||= await readFile(env().DIRECTORY_FILE)
    if (isFileRead) await synchroniseDue(keptAWayIn, () => isStopping)
  })
  return {
    run: job.run,
    stop: () => {
      isStopping = true
      return job.stop()
    },
  }
}

/** False where the file could not be taken over: the next round tries again, so that a mended file needs no restart. */
async function readFile(path: string | null): Promise<boolean> {
  if (path === null) return true
  try {
    await takeOverDirectoryFile(path)
    return true
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    log.error('directory.file_refused', { detail: error.message })
    return false
  }
}

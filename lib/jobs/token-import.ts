import 'server-only'
import { importUploads } from '@/lib/hardware-oath/import'
import { type Job, repeat } from './repeat'

const seconds = 2

/** Looks every other second whether a file of tokens waits. A stop ends it after the batch at hand; the next process goes on. */
export function startTokenImport(): Job {
  let isStopping = false
  const job = repeat('tokens.import', seconds, () => importUploads(() => isStopping))
  return {
    run: job.run,
    stop: () => {
      isStopping = true
      return job.stop()
    },
  }
}

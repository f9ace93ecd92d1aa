import 'server-only'
import { workOnFiles } from '@/lib/directory-files/run'
import { type Job, repeat } from './repeat'

const seconds = 2

/** Looks every other second whether a file of people or groups waits. A stop ends it after the batch at hand; the next process goes on. */
export function startDirectoryFiles(): Job {
  let isStopping = false
  const job = repeat('directory_files.work', seconds, () => workOnFiles(() => isStopping))
  return {
    run: job.run,
    stop: () => {
      isStopping = true
      return job.stop()
    },
  }
}

import { readdir, readFile } from 'node:fs/promises'
import { getPriority, setPriority } from 'node:os'
import { log } from '@/lib/platform/log'

/** Of nice(2). Where both want the same core, the pool gets a quarter of it: hashes go on, also on one core that is busy. */
const nicerBy = 5

/**
 * Lets Node's pool of threads, where passwords are hashed, stand back behind the thread that answers requests. A hash
 * works for tens of milliseconds; without this each page, and each step after a hash, waits for its turn beside them.
 *
 * Threads have priorities of their own on Linux only (sched(7)), and Node names its threads from version 22 on: elsewhere, and
 * where it is not permitted, everything stays as it is.
 */
export async function lowerPoolPriority(): Promise<void> {
  if (process.platform !== 'linux') return
  try {
    const nice = Math.min(19, getPriority() + nicerBy)
    // Reading is the pool's work too, so all its threads are there by now.
    const threads = await readdir('/proc/self/task')
    // A thread may end meanwhile; those of the pool do not.
    const nameOf = (thread: string) => readFile(`/proc/self/task/${thread}/comm`, 'utf8').catch(() => '')
    const names = await Promise.all(threads.map(nameOf))
    for (const [place, thread] of threads.entries())
      if (names[place]?.trim() === 'libuv-worker') setPriority(Number(thread), nice)
  } catch (error) {
    log.info('pool_priority_unchanged', { error })
  }
}

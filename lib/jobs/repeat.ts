import 'server-only'
import { log } from '@/lib/platform/log'

/** Something that runs until stopped. */
export type Job = {
  /** Runs it now; if it is running, once more afterwards. */
  run(): void
  /** No further run begins; resolves when the present one has ended. */
  stop(): Promise<void>
}

/** While a job fails, the log says so once a minute and not at every run. */
const quietMilliseconds = 60_000

/**
 * Runs `work` now and every `seconds`, never twice at a time. A failure is logged and the next run comes as planned.
 * Its timer does not keep the process alive.
 */
export function repeat(name: string, seconds: number, work: () => Promise<void>): Job {
  let running: Promise<void> | null = null
  let isWantedAgain = false
  let isStopped = false
  let saidAt = Number.NEGATIVE_INFINITY

  const runOnce = async () => {
    try {
      await work()
      saidAt = Number.NEGATIVE_INFINITY
    } catch (error) {
      const at = performance.now()
      if (at - saidAt < quietMilliseconds) return
      saidAt = at
      log.error('job.failed', { kind: name, error })
    }
  }
  const run = () => {
    if (isStopped) return
    if (running !== null) {
      isWantedAgain = true
      return
    }
    running = runOnce().finally(() => {
      running = null
      if (!isWantedAgain) return
      isWantedAgain = false
      run()
    })
  }
  const timer = setInterval(run, seconds * 1000)
  timer.unref()
  run()
  return {
    run,
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}

import cluster from 'node:cluster'
import { log } from '@/lib/platform/log'

/**
 * Runs `count` copies of this program on one port. A copy that dies while serving is replaced; one that cannot start
 * ends all, because the next would fail the same way (REL-006). Signals are handed on; the exit code is 0 when every
 * copy that served has stopped by itself (REL-080).
 */
export function runProcesses(count: number): void {
  const started = new Set<number>()
  let isStopping = false
  let readyCount = 0

  const fork = () => {
    const worker = cluster.fork()
    worker.on('message', (message: unknown) => {
      if (message !== 'ready') return
      started.add(worker.id)
      readyCount += 1
      if (readyCount === count) process.send?.('ready')
    })
  }

  cluster.on('exit', (worker, code) => {
    const hadStarted = started.delete(worker.id)
    if (!isStopping && hadStarted) {
      log.error('process_died', { count: code })
      fork()
    } else if (!isStopping) {
      isStopping = true
      for (const other of Object.values(cluster.workers ?? {})) other?.process.kill('SIGTERM')
      process.exitCode = 1
    } else if (hadStarted && code !== 0) {
      process.exitCode = 1
    }
    if (isStopping && Object.keys(cluster.workers ?? {}).length === 0) process.exit()
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      isStopping = true
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal)
    })
  for (let index = 0; index < count; index++) fork()
}

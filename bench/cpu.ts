import { readdirSync, readFileSync } from 'node:fs'

/**
 * CPU time of processes, user and system, from Linux's /proc (proc_pid_stat(5)). Its grain is a tick of 10 ms, so
 * measure over seconds. On other systems there is no such figure and these answer NaN.
 */
export type CpuReader = () => number

/** Milliseconds used so far by a process and the children that live now: a cluster's workers, PostgreSQL's backends. */
export function cpuOfTree(pid: number): CpuReader {
  return () => {
    const own = readStat(pid)
    if (own === null) return Number.NaN
    const children = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map((entry) => readStat(Number(entry)))
      .filter((stat) => stat?.parent === pid)
    // What ended children used is the parent's `cutime`; connections come and go.
    const ticks = children.reduce((sum, stat) => sum + (stat?.ticks ?? 0), own.ticks + own.endedChildrenTicks)
    return ticks * millisecondsPerTick
  }
}

const millisecondsPerTick = 10

function readStat(pid: number): { parent: number; ticks: number; endedChildrenTicks: number } | null {
  try {
    // The second field is the program's name in parentheses and may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const at = (index: number) => fields[index] ?? 0
    return { parent: at(1), ticks: at(11) + at(12), endedChildrenTicks: at(13) + at(14) }
  } catch {
    return null
  }
}

import { readFileSync } from 'node:fs'

/** MiB that the process holds now, and the most it ever held. */
export function memoryOf(pid: number): { present: number; peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
    return { present: of('VmRSS'), peak: of('VmHWM') }
  } catch {
    return { present: Number.NaN, peak: Number.NaN }
  }
}

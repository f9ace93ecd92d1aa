import { hash } from '@node-rs/argon2'

/**
 * Milliseconds of CPU that this machine needs now for one argon2id hash (19 MiB, two passes), the median of five rounds. The
 * same machine type was seen between 7 and 19 ms, by what its neighbours do: each suite begins with it, and figures of two runs
 * are compared by their ratio to it.
 */
export async function yardstick(): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage()
    for (let count = 0; count < 10; count++)
      await hash('yardstick', { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
    const used = process.cpuUsage(before)
    rounds.push((used.user + used.system) / 1000 / 10)
  }
  return Number(rounds.sort((left, right) => left - right)[2]?.toFixed(2))
}

import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

/** Loaded when somebody begins to type a new password, and never before: the dictionaries are large. */
const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/** From 0 (guessed at once) to 4, knowing what is said about the person. An estimate for the eye: the server decides. */
export function strengthOf(password: string, about: readonly string[]): number {
  return estimator.check(password.slice(0, 128), [...about]).score
}

import 'server-only'
import { runTrials } from '@/lib/policy-trials/run'
import { type Job, repeat } from './repeat'

const seconds = 2

/** Looks every other second whether a policy is to be tried. A stop ends it after the batch at hand; the next process goes on. */
export function startPolicyTrials(): Job {
  let isStopping = false
  const job = repeat('policy_trials.run', seconds, () => runTrials(() => isStopping))
  return {
    run: job.run,
    stop: () => {
      isStopping = true
      return job.stop()
    },
  }
}

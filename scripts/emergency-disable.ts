// npm run emergency-disable -- <policy>      turns one Conditional Access policy off, by its id or its exact name
// npm run emergency-disable -- --list        lists the policies that are not off
//
// For the host, when a policy keeps everybody out. It asks the database and nothing else, so it works while the program
// is down, and running instances follow within five seconds. Whoever can run it holds the keys and the database anyway.
// Exit code 0 when the policy is off, 1 when there is none or more than one of that name, 2 when it could not be done.
import { randomUUID } from 'node:crypto'
import { emergencyDisablePolicy } from '@/lib/conditional-access/commands'
import { listPolicies, type PolicyRow } from '@/lib/conditional-access/store'
import { limits } from '@/lib/limits'
import { db, disconnect } from '@/lib/platform/db'

async function run(asked: string | undefined, isMore: boolean): Promise<number> {
  if (asked === undefined || asked.trim() === '' || isMore) {
    console.error(
      'usage: npm run emergency-disable -- <policy id or exact name>\n       npm run emergency-disable -- --list',
    )
    return 2
  }
  const policies = await listPolicies(db())
  if (asked === '--list') return list(policies.filter(({ state }) => state !== 'disabled'))
  const found = policies.filter(({ id, displayName }) => id === asked.toLowerCase() || displayName === asked)
  const [policy, ...others] = found
  if (!policy) {
    console.error(
      'emergency-disable: there is no policy with this id or exact name; --list shows those that are not off',
    )
    return 1
  }
  if (others.length > 0) {
    console.error('emergency-disable: several policies have this name; give the id of one of them')
    for (const one of found) console.error(lineOf(one))
    return 1
  }
  if (policy.state === 'disabled') {
    console.log(`“${printable(policy.displayName)}” is off already.`)
    return 0
  }
  const origin = { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null } as const
  const done = await emergencyDisablePolicy(policy.id, origin)
  if (!done.ok) {
    console.error('emergency-disable: the policy was deleted meanwhile')
    return 1
  }
  console.log(
    [
      `“${printable(policy.displayName)}” is off. It was ${stateWords[policy.state]}.`,
      `Running instances follow within ${limits.conditionalAccess.cacheSeconds} seconds; nobody needs to restart them.`,
      'The audit log has it as “App: CA emergency disable”. Repair the policy before you turn it on again.',
    ].join('\n'),
  )
  return 0
}

function list(policies: readonly PolicyRow[]): number {
  if (policies.length === 0) console.log('Every policy is off.')
  for (const policy of policies) console.log(lineOf(policy))
  return 0
}

function lineOf({ id, state, displayName }: PolicyRow): string {
  return `${id}  ${stateWords[state].padEnd(11)}  ${printable(displayName)}`
}

const stateWords = { enabled: 'on', disabled: 'off', enabledForReportingButNotEnforced: 'report-only' } as const

/** A name is what somebody typed once; it must not command the operator's terminal. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')
}

run(process.argv[2], process.argv.length > 3)
  .then(async (code) => {
    await disconnect()
    process.exit(code)
  })
  .catch((error: unknown) => {
    console.error(`emergency-disable: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(2)
  })

import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { newEnforcer, newModelFromString } from 'casbin'
import ipaddr from 'ipaddr.js'
import { compile } from '@/lib/conditional-access/compile'
import { type Context, withoutSources } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import type { StoredLocation, StoredPolicy } from '@/lib/conditional-access/model'
import { secondOpinion } from '@/tests/support/reference-evaluator'
import type { Figures } from './figure'
import { perSecond } from './per-second'

/**
 * The same question put to others: is this person, in these groups, at this address, stopped from registering? At a size
 * that all of them load: forty policies about groups and places, twenty places of forty ranges. Everybody must give
 * the same answers. The scan is the least that could be written: it knows groups and ranges, and keeps no trace.
 */
const policyCount = 40
const placeCount = 20
const rangesEach = 40
const groupsOfPerson = 20

type Rule = { readonly group: number | null; readonly inside: number | null; readonly outside: number | null }
type Question = { readonly groups: readonly number[]; readonly address: string }

const rules: readonly Rule[] = Array.from({ length: policyCount }, (_, index) => ({
  group: index % 8 === 0 ? null : index,
  inside: index % 2 === 0 ? index % placeCount : null,
  outside: index % 3 === 0 ? (index + 7) % placeCount : null,
}))
const rangesOf = (place: number) => Array.from({ length: rangesEach }, (_, range) => `10.${place}.${range * 2}.0/24`)
const questions: readonly Question[] = Array.from({ length: 64 }, (_, index) => ({
  groups: Array.from({ length: groupsOfPerson }, (_, group) => (index * 5 + group * 7) % 200),
  address: `10.${index % 24}.${(index * 3) % 80}.9`,
}))

export async function benchGateRivals(figures: Figures): Promise<void> {
  const answer = {
    ours: ours(),
    linear: linear(),
    reference: byReference(),
    cedar: byCedar(),
    casbin: await byCasbin(),
  }
  const expected = questions.map(answer.linear)
  if (new Set(expected).size < 2) throw new Error('every question of the bench has the same answer')
  for (const [name, ask] of Object.entries(answer))
    if (questions.some((question, index) => ask(question) !== expected[index]))
      throw new Error(`${name} answers differently`)
  const rate = (ask: (question: Question) => boolean) => {
    let turn = 0
    return perSecond(() => {
      const question = questions[turn++ % questions.length]
      if (question) ask(question)
    })
  }
  const own = rate(answer.ours)
  figures.higher(`decisions, ${policyCount} policies and ${placeCount * rangesEach} ranges, traced`, own, '/s')
  figures.higher('the same against a scan of groups and ranges alone, untraced', own / rate(answer.linear), 'times')
  figures.higher('the same against the tests’ reference evaluator', own / rate(answer.reference), 'times')
  figures.higher('the same against Cedar', own / rate(answer.cedar), 'times')
  figures.higher('the same against casbin', own / rate(answer.casbin), 'times')
}

const uuid = (kind: number, index: number) => `0000000${kind}-0000-4000-8000-${String(index).padStart(12, '0')}`

/** The rules as the product stores them. */
function rows(): { readonly policies: readonly StoredPolicy[]; readonly locations: readonly StoredLocation[] } {
  const policies = rules.map(
    ({ group, inside, outside }, index): StoredPolicy => ({
      ...{ id: uuid(1, index), displayName: `Policy ${index}`, version: 1, state: 'enabled' },
      document: {
        conditions: {
          users: group === null ? { includeUsers: ['All'] } : { includeGroups: [uuid(3, group)] },
          applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
          locations: {
            includeLocations: [inside === null ? 'All' : uuid(2, inside)],
            excludeLocations: outside === null ? [] : [uuid(2, outside)],
          },
        },
        grantControls: { builtInControls: ['block'] },
      },
    }),
  )
  const locations = Array.from(
    { length: placeCount },
    (_, place): StoredLocation => ({
      ...{ id: uuid(2, place), displayName: `Place ${place}`, isTrusted: false, version: 1 },
      document: {
        '@odata.type': '#microsoft.graph.ipNamedLocation',
        ipRanges: rangesOf(place).map((cidrAddress) => ({ cidrAddress })),
      },
    }),
  )
  return { policies, locations }
}

function ours(): (question: Question) => boolean {
  const { policies, locations } = rows()
  const set = compile(policies, locations, [], [])
  const contexts = new Map(questions.map((question) => [question, contextOf(question)]))
  return (question) => {
    const context = contexts.get(question)
    return context !== undefined && evaluate(set, context).outcome.kind === 'block'
  }
}

/** The second evaluator of the tests: the whole question, traced, written without an index. */
function byReference(): (question: Question) => boolean {
  const world = { ...rows(), strengths: [], mfaTrustedRanges: [], countryOf: () => null, filters: new Map() }
  const contexts = new Map(questions.map((question) => [question, contextOf(question)]))
  return (question) => {
    const context = contexts.get(question)
    return context !== undefined && secondOpinion(world, context).outcome.startsWith('block')
  }
}

function contextOf({ groups, address }: Question): Context {
  return {
    now: 0,
    subject: {
      ...{ id: uuid(4, 1), userPrincipalName: 'somebody@harbor.example', displayName: 'Somebody', userType: 'member' },
      ...{ guestType: null, homeTenantId: null, accountEnabled: true, isInRoleAssignableGroup: false },
      groupIds: new Set(groups.map((group) => uuid(3, group))),
      roleIds: new Set(),
    },
    target: { kind: 'userAction', action: 'urn:user:registersecurityinfo' },
    ...{ address, platform: 'windows', clientApp: 'browser', ...withoutSources },
    ...{ interruptMode: false, proofs: [], usableModes: [], registrableModes: [], freshnessSeconds: 600 },
  }
}

function linear(): (question: Question) => boolean {
  const places = Array.from({ length: placeCount }, (_, place) =>
    rangesOf(place).map((range) => ipaddr.parseCIDR(range)),
  )
  return ({ groups, address }) => {
    const parsed = ipaddr.parse(address)
    const isIn = (place: number) => (places[place] ?? []).some((range) => parsed.match(range))
    // Which ones apply, and not only whether one does: the others tell that too.
    const applying = rules.filter(
      ({ group, inside, outside }) =>
        (group === null || groups.includes(group)) &&
        (inside === null || isIn(inside)) &&
        !(outside !== null && isIn(outside)),
    )
    return applying.length > 0
  }
}

function byCedar(): (question: Question) => boolean {
  const where = (place: number) =>
    rangesOf(place)
      .map((range) => `context.ip.isInRange(ip("${range}"))`)
      .join(' || ')
  const forbids = rules.map(({ group, inside, outside }) => {
    const who = group === null ? 'principal' : `principal in Group::"${group}"`
    const when = inside === null ? '' : ` when { ${where(inside)} }`
    const unless = outside === null ? '' : ` unless { ${where(outside)} }`
    return `forbid(${who}, action == Action::"register", resource)${when}${unless};`
  })
  const parsed = cedar.preparsePolicySet('bench', {
    staticPolicies: ['permit(principal, action, resource);', ...forbids].join('\n'),
  })
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors))
  const uid = (type: string, id: string) => ({ type, id })
  return ({ groups, address }) => {
    const answered = cedar.statefulIsAuthorized({
      principal: uid('User', 'somebody'),
      action: uid('Action', 'register'),
      resource: uid('Page', 'securityInfo'),
      context: { ip: { __extn: { fn: 'ip', arg: address } } },
      preparsedPolicySetId: 'bench',
      validateRequest: false,
      entities: [
        { uid: uid('User', 'somebody'), attrs: {}, parents: groups.map((group) => uid('Group', String(group))) },
      ],
    })
    if (answered.type !== 'success') throw new Error(JSON.stringify(answered.errors))
    return answered.response.decision === 'deny'
  }
}

async function byCasbin(): Promise<(question: Question) => boolean> {
  const model = newModelFromString(`
[request_definition]
r = groups, address
[policy_definition]
p = group, inside, outside, eft
[policy_effect]
e = !some(where (p.eft == deny))
[matchers]
m = isMember(r.groups, p.group) && isIn(r.address, p.inside, true) && !isIn(r.address, p.outside, false)
`)
  const enforcer = await newEnforcer(model)
  const places = Array.from({ length: placeCount }, (_, place) =>
    rangesOf(place).map((range) => ipaddr.parseCIDR(range)),
  )
  await enforcer.addFunction(
    'isMember',
    (groups: readonly number[], group: string) => group === '' || groups.includes(Number(group)),
  )
  await enforcer.addFunction('isIn', (address: ipaddr.IPv4, place: string, whenNone: boolean) =>
    place === '' ? whenNone : (places[Number(place)] ?? []).some((range) => address.match(range)),
  )
  await enforcer.addPolicies(
    rules.map(({ group, inside, outside }) => [...[group, inside, outside].map((each) => String(each ?? '')), 'deny']),
  )
  return ({ groups, address }) => !enforcer.enforceSync(groups, ipaddr.IPv4.parse(address))
}

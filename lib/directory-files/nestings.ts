import type { Subject } from '@/lib/directory/model'
import { type GroupsByName, groupNamed, refusalToChangeMembers } from './memberships'
import type { Change, GroupLine, LineReason, Trouble } from './model'

/** A line of groups, as the whole file is looked at. */
export type LineOfGroup = {
  readonly number: number
  readonly says: GroupLine
}

export type NestingFacts = {
  readonly groups: GroupsByName
  /** Which group stands in which now: parent's and child's id. */
  readonly nestings: readonly (readonly [string, string])[]
}

/** What becomes of the groups in groups: lines that are left out, and for the others what they add. */
export type NestingVerdicts = {
  readonly refused: ReadonlyMap<number, Trouble>
  readonly added: ReadonlyMap<number, Change>
}

/**
 * Judges which groups a file puts into which, for all of its lines at once, so that the order of lines says nothing. `lines` are
 * those that are good so far. A line is left out when it names a group that is not there and that no good line makes, when
 * the group may not be changed, and when it takes part in a circle. Where a line falls that would have made a group, all lines
 * of that group fall.
 */
export function judgeNestings(lines: readonly LineOfGroup[], facts: NestingFacts, actor: Subject): NestingVerdicts {
  const refused = new Map<number, Trouble>()
  const refuse = (line: LineOfGroup, reason: LineReason, about?: string) => {
    const trouble = { reason, column: 'memberGroups', ...(about !== undefined && { about }) } as const
    if (!refused.has(line.number)) refused.set(line.number, trouble)
  }
  const coming = new Map<string, LineOfGroup[]>()
  for (const line of lines) {
    if (facts.groups.has(line.says.displayName)) continue
    const before = coming.get(line.says.displayName)
    if (before) before.push(line)
    else coming.set(line.says.displayName, [line])
  }
  /** A group by its id, or by the name that it will have. */
  const nodeOf = (name: string) => {
    const found = groupNamed(facts.groups, name)
    if (typeof found !== 'string') return found.id
    return found === 'unknown_group' && coming.has(name) ? `new ${name}` : found
  }
  const isThere = new Set(facts.nestings.map(([parent, child]) => `${parent}\n${child}`))
  const edges: { line: LineOfGroup; parent: string; child: string; name: string }[] = []
  for (const line of lines) {
    const parent = nodeOf(line.says.displayName)
    for (const name of line.says.memberGroups ?? []) {
      const child = nodeOf(name)
      if (child === 'unknown_group' || child === 'group_ambiguous') refuse(line, child, name)
      else if (!isThere.has(`${parent}\n${child}`)) edges.push({ line, parent, child, name })
    }
  }
  for (const { line } of edges) {
    const group = groupNamed(facts.groups, line.says.displayName)
    const refusal = typeof group === 'string' ? null : refusalToChangeMembers(actor, group, 'add')
    if (refusal) refuse(line, refusal, line.says.displayName)
  }
  const circles = circlesOf([...facts.nestings, ...edges.map(({ parent, child }) => [parent, child] as const)])
  for (const { line, parent, child, name } of edges)
    if (parent === child || circles.get(parent) === circles.get(child)) refuse(line, 'circle', name)
  fallTogether(coming, edges, refused, refuse)
  const added = new Map<number, Change>()
  for (const { line, name } of edges) {
    if (refused.has(line.number)) continue
    const before = added.get(line.number)?.after
    added.set(line.number, { column: 'memberGroups', before: '', after: before ? `${before}; ${name}` : name })
  }
  return { refused, added }
}

/** Where a line of a new group falls, the others fall with it, and whatever wanted that group. */
function fallTogether(
  coming: ReadonlyMap<string, readonly LineOfGroup[]>,
  edges: readonly { readonly line: LineOfGroup; readonly child: string; readonly name: string }[],
  refused: ReadonlyMap<number, Trouble>,
  refuse: (line: LineOfGroup, reason: LineReason, about?: string) => void,
): void {
  const wanting = new Map<string, (typeof edges)[number][]>()
  for (const edge of edges) {
    const known = wanting.get(edge.child)
    if (known) known.push(edge)
    else wanting.set(edge.child, [edge])
  }
  const waiting = [...coming.keys()]
  const fallen = new Set<string>()
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const lines = coming.get(name) ?? []
    if (fallen.has(name) || !lines.some(({ number }) => refused.has(number))) continue
    fallen.add(name)
    for (const line of lines) refuse(line, 'group_refused')
    for (const { line } of wanting.get(`new ${name}`) ?? []) {
      refuse(line, 'unknown_group', name)
      waiting.push(line.says.displayName)
    }
  }
}

/**
 * For each group the number of the knot of groups that all contain each other; a group in no circle has a number of its own.
 * Without recursion, because a chain of groups may be as long as the file. @see Tarjan, strongly connected components
 */
export function circlesOf(edges: readonly (readonly [string, string])[]): ReadonlyMap<string, number> {
  const next = new Map<string, string[]>()
  for (const [from, to] of edges) {
    const known = next.get(from)
    if (known) known.push(to)
    else next.set(from, [to])
    if (!next.has(to)) next.set(to, [])
  }
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const knot = new Map<string, number>()
  const open: string[] = []
  for (const start of next.keys()) {
    if (index.has(start)) continue
    const path: { node: string; at: number }[] = [{ node: start, at: 0 }]
    while (path.length > 0) {
      const here = path[path.length - 1]
      if (here === undefined) break
      const { node } = here
      if (here.at === 0 && !index.has(node)) {
        index.set(node, index.size)
        low.set(node, index.size - 1)
        open.push(node)
      }
      const to = next.get(node)?.[here.at++]
      if (to !== undefined) {
        if (!index.has(to)) path.push({ node: to, at: 0 })
        else if (!knot.has(to)) low.set(node, Math.min(low.get(node) ?? 0, index.get(to) ?? 0))
        continue
      }
      path.pop()
      const parent = path.at(-1)?.node
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(node) ?? 0))
      if (low.get(node) !== index.get(node)) continue
      const number = index.get(node) ?? 0
      for (let last = open.pop(); last !== undefined; last = open.pop()) {
        knot.set(last, number)
        if (last === node) break
      }
    }
  }
  return knot
}

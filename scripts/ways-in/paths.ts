import type { Start } from './entries'
import { type Gate, kindOf } from './gates'
import type { Graph, Mention } from './source-graph'
import { type TouchKind, touchKinds } from './touches'

/** What can be touched from somewhere, and what stands in the way. */
export type Reach = {
  readonly kind: TouchKind
  /** The gates that stand in the way, each of them on some way. */
  readonly gates: readonly Gate[]
  /** A way past every gate, from behind the entry to the function that writes; null where there is none. */
  readonly past: readonly string[] | null
  /** The functions on the way, up to the gates. */
  readonly through: readonly string[]
}

/**
 * Looks for ways from an entry to a touch. Ways end at other server actions, which are entries of their own, at code for
 * browsers, and at `ends`.
 */
export function waysThrough(graph: Graph, gates: readonly Gate[], ends: readonly string[]) {
  const mentions = new Map<string, readonly Mention[]>()
  for (const [id, one] of graph.declarations) {
    const directive = graph.files.get(one.file)?.directive
    const isEnd = ends.includes(id) || directive === 'client' || (directive === 'server' && one.isExported)
    mentions.set(id, isEnd ? [] : stepsFrom(one))
  }
  const leading = new Map(touchKinds.map((kind) => [kind, leadingTo(mentions, touchId(kind))]))

  return (starts: readonly Start[]): Reach[] =>
    touchKinds.flatMap((kind) => {
      const isLeading = (id: string) => leading.get(kind)?.has(id) ?? false
      const opening = gates.filter(({ opens }) => opens.includes(kind))
      const past = new Map<string, string>()
      const passed = new Set<Gate>()
      const waiting = starts.flatMap((start) => stepsFrom(start).map((mention) => ({ mention, from: start.id })))
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { mention, from } = next
        if (!isLeading(mention.to)) continue
        const standing = opening.filter((one) => isPassed(one, mention, from))
        for (const gate of standing) passed.add(gate)
        // What a gate itself does in consequence belongs to the gate.
        if (standing.length > 0 || past.has(mention.to) || opening.some((one) => isItself(one, mention))) continue
        past.set(mention.to, from)
        for (const further of mentions.get(mention.to) ?? []) waiting.push({ mention: further, from: mention.to })
      }
      const isPast = past.has(touchId(kind))
      if (passed.size === 0 && !isPast) return []
      return [
        {
          kind,
          gates: gates.filter((one) => passed.has(one)),
          past: isPast ? trail(past, touchId(kind)) : null,
          through: [...past.keys()],
        },
      ]
    })
}

/** What a declaration mentions, and what it touches by itself. */
function stepsFrom({ id, mentions, touches }: Start): Mention[] {
  return [...mentions, ...touches.map((touch) => ({ ...touch, to: touchId(kindOf(id, touch)) }))]
}

function touchId(kind: TouchKind): string {
  return `touch ${kind}`
}

/**
 * Around: it happens in what the gate is given. Asked: all of it was asked before, where it is stored: what a page or
 * an action asks beforehand is a courtesy and counts for nothing.
 */
function isPassed({ how, functions }: Gate, { inside, after }: Mention, from: string): boolean {
  if (how === 'around') return functions.some((id) => inside.includes(id))
  return from.startsWith('lib/') && functions.every((id) => after.includes(id))
}

function isItself({ how, functions }: Gate, { to }: Mention): boolean {
  return how === 'around' && functions.includes(to)
}

/** Everything from which `target` can be reached. */
function leadingTo(mentions: ReadonlyMap<string, readonly Mention[]>, target: string): Set<string> {
  const callers = new Map<string, string[]>()
  for (const [id, further] of mentions)
    for (const { to } of further) {
      const known = callers.get(to)
      if (known) known.push(id)
      else callers.set(to, [id])
    }
  const found = new Set([target])
  const waiting = [target]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
    for (const caller of callers.get(id) ?? [])
      if (!found.has(caller)) {
        found.add(caller)
        waiting.push(caller)
      }
  return found
}

/** From the entry itself to the end, which is left out. */
function trail(past: ReadonlyMap<string, string>, end: string): string[] {
  const steps: string[] = []
  for (let from = past.get(end); from !== undefined && !steps.includes(from); from = past.get(from)) steps.unshift(from)
  return steps
}

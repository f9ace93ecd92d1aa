import { policyBody } from '@/lib/conditional-access/body'
import type { PolicyDocument } from '@/lib/conditional-access/model'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import type { FailureDetails } from '@/lib/result'
import { differences } from './differences'
import { effectOf } from './effects'
import { type LeftOut, type LeftOutReason, type Path, type Reference, type ReferenceKind, shortened } from './model'
import { type Json, memberName } from './read-json'
import { isReference, referenceLists } from './references'

/** What a reference is here: an id, left out on purpose (`null`), or not decided. */
export type Resolve = (kind: ReferenceKind, value: string) => { readonly to: string | null } | 'undecided'

export type JudgedPolicy = {
  /** As it would be stored, in the state it has in the file; null where it cannot be taken. */
  readonly document: PolicyDocument | null
  /** The template it was made from, where it names one. */
  readonly templateId: string | null
  readonly leftOut: readonly LeftOut[]
  readonly undecided: readonly Reference[]
  /** Every thing it names, whether it is here or not. */
  readonly references: readonly Reference[]
  readonly refusal: { readonly code: string; readonly path: Path; readonly details: FailureDetails } | null
}

/**
 * Reads a policy of another tenant with the reader of the form, as often as needed: what that reader cannot decide is taken out and
 * named, until it accepts the rest or refuses it for good. So whatever the form learns to decide, the import takes.
 *
 * What a policy names goes through `resolve`. An inclusion of which nothing is left becomes *None*, never everybody; a place of
 * which nothing is left refuses the policy, because without it the policy would hold everywhere.
 *
 * @see `70` §12 I1–I8, I11, I12
 */
export function judgePolicy(raw: Json, resolve: Resolve): JudgedPolicy {
  return new Judgement(raw, resolve).judge()
}

const readOnlyMembers = ['id', 'createdDateTime', 'modifiedDateTime', 'deletedDateTime']
/** No policy has so many members that cannot be taken; input that does has no end. */
const roundsMax = 200

type Members = Record<string, unknown>

class Judgement {
  private readonly json: unknown
  private readonly lost: { readonly path: Path; readonly value: unknown; readonly reason: LeftOutReason }[] = []
  private readonly undecided: Reference[] = []
  private readonly references: Reference[] = []
  /** Where the members that are left in a list stood in the file. */
  private readonly places = new Map<unknown, readonly number[]>()
  private templateId: string | null = null
  private refusal: JudgedPolicy['refusal'] = null

  constructor(
    raw: Json,
    private readonly resolve: Resolve,
  ) {
    this.json = structuredClone(raw)
  }

  judge(): JudgedPolicy {
    this.setAside()
    this.refuseWrongTypes()
    for (const { path, kind } of referenceLists) this.resolveList(path, kind)
    this.resolveStrength()
    const document = this.refusal ? null : this.readRest()
    if (document) {
      for (const { path, value, reason } of differences(this.json, policyBody(document)))
        this.leaveOut(this.placeInFile(path), value, reason)
    }
    const { undecided, references, refusal, templateId } = this
    return { document, templateId, leftOut: this.leftOut(), undecided, references, refusal }
  }

  /** The reader takes what is no object for nothing; in a file that would be a member dropped without a word. */
  private refuseWrongTypes(): void {
    for (const name of ['conditions', 'grantControls']) {
      const member = at(this.json, [name])
      if (member !== undefined && member !== null && !isMembers(member))
        this.refuse('conditionalAccess.invalid_policy', [name])
    }
  }

  /** What only describes the object in the tenant it comes from. */
  private setAside(): void {
    this.removeAnnotations(this.json, [])
    const root = this.json
    if (!isMembers(root)) return
    for (const name of readOnlyMembers) if (name in root) this.remove([name], 'readOnly')
    const { templateId } = root
    if (typeof templateId === 'string' && guid.test(templateId)) this.templateId = templateId.toLowerCase()
    else if (templateId !== undefined) this.leaveOut(['templateId'], templateId, 'readOnly')
    delete root.templateId
    const strength = at(root, ['grantControls', 'authenticationStrength'])
    if (isMembers(strength))
      for (const name of Object.keys(strength))
        if (name !== 'id') this.remove(['grantControls', 'authenticationStrength', name], 'copy')
  }

  private removeAnnotations(value: unknown, path: Path): void {
    if (Array.isArray(value))
      for (const [index, member] of value.entries()) this.removeAnnotations(member, [...path, index])
    if (!isMembers(value)) return
    for (const [name, member] of Object.entries(value)) {
      if (name.includes('@')) this.remove([...path, name], 'annotation')
      else this.removeAnnotations(member, [...path, name])
    }
  }

  private resolveList(path: Path, kind: ReferenceKind): void {
    const list = at(this.json, path)
    if (!Array.isArray(list)) return
    const kept: unknown[] = []
    const places: number[] = []
    let isShorter = false
    for (const [index, value] of list.entries()) {
      const resolved = this.resolved(kind, value)
      if (resolved === null) {
        isShorter = true
        if (!this.undecided.some((each) => each.kind === kind && each.value === value))
          this.leaveOut([...path, index], value, 'reference')
      } else {
        kept.push(resolved)
        places.push(index)
      }
    }
    this.replace(path, kept)
    this.places.set(kept, places)
    if (isShorter && kept.length === 0) this.fillEmptied(path)
  }

  /** The value as it is here; null when it is left out or waits for a decision. */
  private resolved(kind: ReferenceKind, value: unknown): unknown {
    if (typeof value !== 'string' || !isReference(value)) return value
    const reference = { kind, value }
    if (!this.references.some((each) => each.kind === kind && each.value === value)) this.references.push(reference)
    const resolved = this.resolve(kind, value)
    if (resolved !== 'undecided') return resolved.to
    if (!this.undecided.some((each) => each.kind === kind && each.value === value)) this.undecided.push(reference)
    return null
  }

  /** An inclusion that lost its last member must not turn into "no condition". */
  private fillEmptied(path: Path): void {
    const last = path.at(-1)
    const isEmpty = (...names: readonly string[]) =>
      names.every((name) => {
        const member = at(this.json, [...path.slice(0, -1), name])
        return member === null || member === undefined || (Array.isArray(member) && member.length === 0)
      })
    const includes = ['includeUsers', 'includeGroups', 'includeRoles', 'includeGuestsOrExternalUsers']
    if (path[1] === 'users' && isEmpty(...includes)) this.replace(['conditions', 'users', 'includeUsers'], ['None'])
    if (last === 'includeApplications' && isEmpty('includeUserActions', 'includeAuthenticationContextClassReferences'))
      this.replace(path, ['None'])
    if (last === 'includeLocations' && this.undecided.length === 0) this.refuse('conditionalAccess.no_locations', path)
    // Without a place it is about, a policy with only exceptions was not right before, either.
    if (last === 'excludeLocations' && isEmpty('includeLocations')) this.refuse('conditionalAccess.no_locations', path)
  }

  private resolveStrength(): void {
    const path = ['grantControls', 'authenticationStrength']
    const id = at(this.json, [...path, 'id'])
    if (typeof id !== 'string') return
    const resolved = this.resolved('strength', id)
    if (resolved !== null) this.replace([...path, 'id'], resolved)
    else {
      if (!this.undecided.some((each) => each.value === id)) this.leaveOut(path, id, 'reference')
      this.replace(path, null)
    }
  }

  private readRest(): PolicyDocument | null {
    for (let round = 0; round < roundsMax; round++) {
      const read = readPolicy(this.json)
      if (read.ok) return read.value
      const { code, field = '', details = {} } = read.failure
      const path = this.pathOf(field)
      const isRemoved = code === 'conditionalAccess.unsupported_member' && this.removeUnsupported(path, details.value)
      if (isRemoved) continue
      // What waits for a decision may be what is missing; the decision comes first.
      if (this.undecided.length === 0) this.refuse(code, path, details)
      return null
    }
    this.refuse('conditionalAccess.unsupported_member', [])
    return null
  }

  private removeUnsupported(path: Path, value: unknown): boolean {
    const member = at(this.json, path)
    if (member === undefined || path.length === 0) return false
    if (!Array.isArray(member) || value === undefined) {
      const isNothing = member === null || (Array.isArray(member) && member.length === 0)
      this.remove(path, isNothing ? 'empty' : 'unsupported')
      return true
    }
    const isIt = (each: unknown) => typeof each === 'string' && each.toLowerCase() === String(value).toLowerCase()
    const index = member.findIndex(isIt)
    if (index === -1) return false
    const places = this.places.get(member)
    this.leaveOut([...path, places?.[index] ?? index], member[index], 'unsupported')
    const kept = member.filter((_, at) => at !== index)
    this.places.set(
      kept,
      (places ?? member.map((_, at) => at)).filter((_, at) => at !== index),
    )
    this.replace(path, kept)
    return true
  }

  /** The reader's dotted path, as a path of what is left. */
  private pathOf(field: string): Path {
    const parts = field === '' ? [] : field.split('.')
    const path: (string | number)[] = []
    let value: unknown = this.json
    for (const [index, part] of parts.entries()) {
      if (Array.isArray(value)) {
        path.push(/^\d+$/.test(part) ? Number(part) : part)
        value = value[Number(part)]
        continue
      }
      // A name may hold dots itself: then the rest is one name.
      const rest = parts.slice(index).join('.')
      const isWhole = isMembers(value) && !(part in value) && rest in value
      path.push(isWhole ? rest : part)
      if (isWhole) break
      value = isMembers(value) ? value[part] : undefined
    }
    return path
  }

  private refuse(code: string, path: Path, details: FailureDetails = {}): void {
    this.refusal ??= { code, path: this.placeInFile(path), details }
  }

  /** The path as it was in the file, before members of lists were taken out. */
  private placeInFile(path: Path): Path {
    return path.map((part, index) => {
      if (typeof part !== 'number') return part
      return this.places.get(at(this.json, path.slice(0, index)))?.[part] ?? part
    })
  }

  private remove(path: Path, reason: LeftOutReason): void {
    const parent = at(this.json, path.slice(0, -1))
    const name = path.at(-1)
    if (!isMembers(parent) || typeof name !== 'string') return
    this.leaveOut(this.placeInFile(path), parent[name], reason)
    delete parent[name]
  }

  private leaveOut(path: Path, value: unknown, reason: LeftOutReason): void {
    this.lost.push({ path, value, reason })
  }

  /** Said at the end, when it is known what is left beside each. */
  private leftOut(): readonly LeftOut[] {
    const isNone = (...path: Path) => {
      const list = at(this.json, path)
      return Array.isArray(list) && list.length === 1 && list[0] === 'None'
    }
    const operator = at(this.json, ['grantControls', 'operator'])
    const common = {
      isForNobody: isNone('conditions', 'users', 'includeUsers'),
      isForNothing: isNone('conditions', 'applications', 'includeApplications'),
      isAlternative: typeof operator === 'string' && operator.toUpperCase() === 'OR',
    }
    return this.lost.map(({ path, value, reason }) => {
      const list = at(this.json, path.slice(0, -1))
      const isInGrant = path[0] === 'grantControls'
      const hasOthers = isInGrant ? this.hasControls() : Array.isArray(list) && list.length > 0
      return {
        member: memberName(path),
        value: shortened(JSON.stringify(value) ?? 'null', 120),
        reason,
        effect: effectOf(path, reason, { ...common, hasOthers }),
      }
    })
  }

  private hasControls(): boolean {
    const lists = ['builtInControls', 'termsOfUse'].map((name) => at(this.json, ['grantControls', name]))
    const hasStrength = isMembers(at(this.json, ['grantControls', 'authenticationStrength']))
    return hasStrength || lists.some((list) => Array.isArray(list) && list.length > 0)
  }

  private replace(path: Path, value: unknown): void {
    const parent = at(this.json, path.slice(0, -1))
    const name = path.at(-1)
    if (isMembers(parent) && typeof name === 'string') parent[name] = value
  }
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, part) => {
    if (Array.isArray(parent)) return typeof part === 'number' ? parent[part] : undefined
    return isMembers(parent) && Object.hasOwn(parent, part) ? parent[part] : undefined
  }, value)
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

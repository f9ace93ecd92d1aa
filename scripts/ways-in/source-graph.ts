import { dirname, join, relative } from 'node:path'
import * as syntax from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'
import type { Touch } from './touches'
import { touchesOf } from './writes'

/**
 * The sources as a graph: which declaration mentions which other one, and inside the arguments of which calls. A mention
 * counts as a use, also where it is only handed on; so the graph has more ways than the program, never fewer. What it
 * cannot follow it refuses, by name; calls through text (`eval`) are refused by the linter.
 */

/** A top-level declaration, such as `lib/security-info/change.ts#changeOwn`; what a file does when it is loaded is `#module`. */
export type Declaration = {
  readonly id: string
  readonly file: string
  readonly name: string
  readonly isExported: boolean
  readonly mentions: readonly Mention[]
  readonly touches: readonly (Touch & Standing)[]
  /** The expression or body as the parser has it, for what a kind of entry says about itself. */
  readonly node: syntax.Node
  readonly source: syntax.SourceFile
}

export type Mention = Standing & { readonly to: string }

/** Where something stands in a declaration. */
type Standing = {
  /** The calls whose arguments this stands in, outermost first. */
  readonly inside: readonly string[]
  /** What the same declaration mentioned before, outside of the functions that it only hands on. */
  readonly after: readonly string[]
}

export type SourceFile = {
  readonly path: string
  /** `use server`, `use client`, or neither. */
  readonly directive: 'server' | 'client' | null
  readonly declarations: readonly Declaration[]
  /** The name under which others find it, and the declarations it stands for, in this file or in another; of a package none. */
  readonly exports: ReadonlyMap<string, readonly string[]>
}

export type Graph = {
  readonly files: ReadonlyMap<string, SourceFile>
  readonly declarations: ReadonlyMap<string, Declaration>
  /** What cannot be followed, each with its file: nobody may write it so. */
  readonly refused: readonly string[]
}

/**
 * Objects of functions that are handed on, so that whoever passes them along calls nothing yet: the id of the constant,
 * and the name under which it is called (`directory.setPassword(…)`).
 */
export type HandedOn = Readonly<Record<string, string>>

/** Runs what it is given to the end before it answers; so what is asked inside was asked for all that stands below it. */
const runsAtOnce = 'lib/platform/db#transaction'

/** Reads all sources that a `tsconfig.json` names; paths are told from `root`. */
export function readGraph(root: string, configPath: string, handedOn: HandedOn = {}): Graph {
  const api = new API({ cwd: root })
  try {
    const project = api.updateSnapshot({ openProjects: [configPath] }).getProjects()[0]
    if (!project) throw new Error(`${configPath} is no project`)
    const parsed = project.program
      .getSourceFileNames()
      .map((name) => project.program.getSourceFile(name))
      .filter((file) => file !== undefined)
      .map((file) => ({ path: relative(root, file.fileName), file }))
      .filter(({ path }) => !/node_modules|\.d\.ts$|^prisma\/client/.test(path))
    return resolved(
      parsed.map(({ path, file }) => readFile(path, file)),
      handedOn,
    )
  } finally {
    api.close()
  }
}

/** A name as the file has it: of its own, or of another file. `*` means everything that file exports. */
type Target = { readonly file: string; readonly name: string }
type Raw = {
  readonly path: string
  readonly directive: SourceFile['directive']
  readonly reexports: ReadonlyMap<string, Target>
  readonly stars: readonly string[]
  readonly refused: readonly string[]
  readonly declarations: readonly (Omit<Declaration, 'mentions' | 'touches'> & RawContent)[]
}
type RawStanding = { readonly inside: readonly Target[]; readonly after: readonly Target[] }
type RawMention = RawStanding & { readonly to: Target }
type RawContent = { readonly mentions: readonly RawMention[]; readonly touches: readonly (Touch & RawStanding)[] }

function readFile(path: string, file: syntax.SourceFile): Raw {
  const names = new Map<string, Target>()
  const reexports = new Map<string, Target>()
  const stars: string[] = []
  const own: { name: string; isExported: boolean; node: syntax.Node }[] = []
  const loose: syntax.Node[] = []
  const directive = directiveOf(file)
  for (const statement of file.statements) {
    if (isDirective(statement)) continue
    if (syntax.isImportDeclaration(statement)) {
      readImport(path, statement, names)
    } else if (syntax.isExportDeclaration(statement)) {
      readExport(path, statement, { reexports, stars })
    } else if (syntax.isFunctionDeclaration(statement) || syntax.isClassDeclaration(statement)) {
      const isDefault = hasModifier(statement, syntax.SyntaxKind.DefaultKeyword)
      const name = isDefault ? 'default' : (statement.name?.text ?? 'default')
      own.push({ name, isExported: hasModifier(statement, syntax.SyntaxKind.ExportKeyword), node: statement })
      if (isDefault && statement.name) names.set(statement.name.text, { file: path, name })
    } else if (syntax.isVariableStatement(statement)) {
      const isExported = hasModifier(statement, syntax.SyntaxKind.ExportKeyword)
      for (const one of statement.declarationList.declarations)
        for (const name of boundNames(one.name)) own.push({ name, isExported, node: one })
    } else if (syntax.isExportAssignment(statement)) {
      own.push({ name: 'default', isExported: true, node: statement.expression })
    } else if (!syntax.isTypeAliasDeclaration(statement) && !syntax.isInterfaceDeclaration(statement)) {
      loose.push(statement)
    }
  }
  for (const { name } of own) names.set(name, { file: path, name })
  // `export { it }`, of this file or imported: what stands for it is known only now.
  for (const [name, target] of reexports)
    if (target.file === path) reexports.set(name, names.get(target.name) ?? target)
  const declarations = own.map(({ name, isExported, node }) => ({
    ...{ id: `${path}#${name}`, file: path, name, node, source: file },
    isExported: isExported || [...reexports.values()].some((target) => target.file === path && target.name === name),
    ...contentOf(path, [node], names, file),
  }))
  const [first] = loose
  if (first) {
    const about = { id: `${path}#module`, file: path, name: 'module', isExported: false, node: first, source: file }
    declarations.push({ ...about, ...contentOf(path, loose, names, file) })
  }
  return { path, directive, reexports, stars, refused: refusedIn(path, file), declarations }
}

function directiveOf({ statements: [first] }: syntax.SourceFile): SourceFile['directive'] {
  if (isDirective(first, /^use server$/)) return 'server'
  return isDirective(first, /^use client$/) ? 'client' : null
}

function isDirective(node: syntax.Node | undefined, says = /^use /): boolean {
  if (!node || !syntax.isExpressionStatement(node) || !syntax.isStringLiteral(node.expression)) return false
  return says.test(node.expression.text)
}

/** An action in the middle of a file is no entry here, and a file that is named at run time may be any. Commands of the host may. */
function refusedIn(path: string, file: syntax.SourceFile): string[] {
  const found: string[] = []
  const visit = (node: syntax.Node): void => {
    if (isDirective(node, /^use server$/) && node !== file.statements[0])
      found.push(`${path}: 'use server' is not the first line of a file`)
    if (syntax.isCallExpression(node) && !path.startsWith('scripts/')) {
      const isImport = node.expression.kind === syntax.SyntaxKind.ImportKeyword
      if (isImport && importedBy(node) === null) found.push(`${path}: imports what is named at run time`)
      if (syntax.isIdentifier(node.expression) && /^(require|createRequire)$/.test(node.expression.text))
        found.push(`${path}: loads by ${node.expression.text}`)
    }
    if (syntax.isExportDeclaration(node) && !node.exportClause && node.moduleSpecifier)
      if (placeOf(path, node.moduleSpecifier) === null) found.push(`${path}: hands on a whole package`)
    node.forEachChild(visit)
  }
  file.forEachChild(visit)
  return found
}

function importedBy({ arguments: [specifier] }: syntax.CallExpression): syntax.Node | null {
  if (!specifier) return null
  return syntax.isStringLiteral(specifier) || syntax.isNoSubstitutionTemplateLiteral(specifier) ? specifier : null
}

function readImport(path: string, statement: syntax.ImportDeclaration, names: Map<string, Target>): void {
  const file = placeOf(path, statement.moduleSpecifier)
  const clause = statement.importClause
  if (file === null || !clause || clause.phaseModifier === syntax.SyntaxKind.TypeKeyword) return
  if (clause.name) names.set(clause.name.text, { file, name: 'default' })
  const bindings = clause.namedBindings
  if (!bindings) return
  if (syntax.isNamespaceImport(bindings)) names.set(bindings.name.text, { file, name: '*' })
  else
    for (const one of bindings.elements)
      if (!one.isTypeOnly) names.set(one.name.text, { file, name: (one.propertyName ?? one.name).text })
}

function readExport(
  path: string,
  statement: syntax.ExportDeclaration,
  into: { reexports: Map<string, Target>; stars: string[] },
): void {
  if (statement.isTypeOnly) return
  const file = statement.moduleSpecifier ? (placeOf(path, statement.moduleSpecifier) ?? packages) : path
  const clause = statement.exportClause
  if (!clause) into.stars.push(file)
  else if (syntax.isNamespaceExport(clause)) into.reexports.set(clause.name.text, { file, name: '*' })
  else
    for (const one of clause.elements)
      if (!one.isTypeOnly) into.reexports.set(one.name.text, { file, name: (one.propertyName ?? one.name).text })
}

/** Where everything that is no source of ours is. */
const packages = 'node_modules'

/** Where an import leads, from the root and without its ending; null for a package. */
function placeOf(from: string, specifier: syntax.Node): string | null {
  const text = (specifier as syntax.StringLiteral).text.replace(/\.[cm]?[jt]sx?$/, '')
  if (text.startsWith('@/')) return text.slice(2)
  return text.startsWith('.') ? join(dirname(from), text) : null
}

function hasModifier(node: { readonly modifiers?: readonly syntax.Node[] }, kind: syntax.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) ?? false
}

function boundNames(name: syntax.Node): string[] {
  if (syntax.isIdentifier(name)) return [name.text]
  const found: string[] = []
  name.forEachChild((element) => {
    if (syntax.isBindingElement(element) && element.name) found.push(...boundNames(element.name))
  })
  return found
}

function contentOf(
  path: string,
  nodes: readonly syntax.Node[],
  names: ReadonlyMap<string, Target>,
  file: syntax.SourceFile,
): RawContent {
  const mentions: RawMention[] = []
  const touches: (Touch & RawStanding)[] = []
  /** Grows while the body is read from top to bottom. A function that is only handed on has run nothing when it ends. */
  const visit = (node: syntax.Node, inside: readonly Target[], asked: Target[]): void => {
    if (isType(node)) return
    for (const touch of touchesOf(node, file)) touches.push({ ...touch, inside, after: [...asked] })
    if (syntax.isIdentifier(node)) {
      const to = names.get(node.text)
      if (to) mentions.push({ to, inside, after: [...asked] })
    } else if (syntax.isPropertyAccessExpression(node)) {
      const whole = syntax.isIdentifier(node.expression) ? names.get(node.expression.text) : undefined
      // A member of `import * as room`.
      if (whole?.name === '*') mentions.push({ to: { ...whole, name: node.name.text }, inside, after: [...asked] })
      else visit(node.expression, inside, asked)
      if (syntax.isIdentifier(node.expression))
        mentions.push({ to: member(node.expression.text, node.name.text), inside, after: [...asked] })
    } else if (syntax.isPropertyAssignment(node)) {
      visit(node.initializer, inside, asked)
    } else if (syntax.isCallExpression(node)) {
      visitCall(node, inside, asked)
    } else if (syntax.isArrowFunction(node) || syntax.isFunctionExpression(node)) {
      // What was asked before holds inside; what is asked inside is not yet asked outside.
      const within = [...asked]
      node.forEachChild((child) => visit(child, inside, within))
    } else {
      node.forEachChild((child) => visit(child, inside, asked))
    }
  }
  const visitCall = (node: syntax.CallExpression, inside: readonly Target[], asked: Target[]): void => {
    if (node.expression.kind === syntax.SyntaxKind.ImportKeyword) {
      const specifier = importedBy(node)
      const target = specifier ? placeOf(path, specifier) : null
      if (target !== null) mentions.push({ to: { file: target, name: '*' }, inside, after: [...asked] })
      return
    }
    const callee = syntax.isIdentifier(node.expression) ? names.get(node.expression.text) : undefined
    visit(node.expression, inside, asked)
    const isRun = callee !== undefined && `${callee.file}#${callee.name}` === runsAtOnce
    const within = callee ? [...inside, callee] : inside
    for (const argument of node.arguments) {
      if (isRun && syntax.isArrowFunction(argument)) argument.forEachChild((child) => visit(child, within, asked))
      else visit(argument, within, asked)
    }
    if (callee) asked.push(callee)
  }
  for (const node of nodes) visit(node, [], [])
  return { mentions, touches }
}

function isType(node: syntax.Node): boolean {
  const { FirstTypeNode, LastTypeNode, ExpressionWithTypeArguments } = syntax.SyntaxKind
  return node.kind >= FirstTypeNode && node.kind <= LastTypeNode && node.kind !== ExpressionWithTypeArguments
}

/** A member by the name of the object it is called on, where nobody knows yet whether that object is one that was handed on. */
function member(object: string, name: string): Target {
  return { file: `*${object}`, name }
}

/** Follows each name to the declaration it stands for. */
function resolved(raw: readonly Raw[], handedOn: HandedOn): Graph {
  const byPath = new Map<string, Raw>()
  for (const one of raw) {
    byPath.set(one.path, one)
    byPath.set(one.path.replace(/\.(ts|tsx|mjs|js)$/, ''), one)
    byPath.set(one.path.replace(/\/index\.tsx?$/, ''), one)
  }
  const called = new Map(Object.entries(handedOn).map(([id, object]) => [`*${object}`, `${id}.`]))
  const idsOf = ({ file, name }: Target, seen = new Set<string>()): string[] => {
    const object = called.get(file)
    if (object) return [object + name]
    const there = byPath.get(file)
    const mark = `${file}#${name}`
    if (!there || seen.has(mark)) return []
    seen.add(mark)
    if (name === '*')
      return [
        ...there.declarations.filter(({ isExported }) => isExported).map(({ id }) => id),
        ...[...there.reexports.values()].flatMap((target) => idsOf(target, seen)),
        ...there.stars.flatMap((star) => idsOf({ file: star, name: '*' }, seen)),
      ]
    const own = there.declarations.filter((one) => one.name === name).map(({ id }) => id)
    const reexport = there.reexports.get(name)
    const further = reexport ? idsOf(reexport, seen) : []
    if (own.length > 0 || reexport) return [...own, ...further]
    return there.stars.flatMap((star) => idsOf({ file: star, name }, seen))
  }
  const namesOf = (one: Raw, seen = new Set<Raw>()): string[] => {
    if (seen.has(one)) return []
    seen.add(one)
    const further = one.stars.flatMap((star) => byPath.get(star) ?? []).flatMap((there) => namesOf(there, seen))
    const own = one.declarations.filter(({ isExported }) => isExported).map(({ name }) => name)
    return [...own, ...one.reexports.keys(), ...further.filter((name) => name !== 'default')]
  }
  const exportsOf = (one: Raw) =>
    new Map([...new Set(namesOf(one))].map((name) => [name, idsOf({ file: one.path, name })] as const))
  const oneId = (target: Target) => idsOf(target)[0] ?? `${target.file}#${target.name}`
  const standingOf = ({ inside, after }: RawStanding): Standing => ({
    inside: inside.map(oneId),
    after: after.map(oneId),
  })
  const mentionsOf = (mentions: readonly RawMention[]): Mention[] =>
    mentions.flatMap((mention) => idsOf(mention.to).map((to) => ({ to, ...standingOf(mention) })))
  const files = raw.map(
    (one): SourceFile => ({
      path: one.path,
      directive: one.directive,
      exports: exportsOf(one),
      declarations: one.declarations.flatMap((declaration): Declaration[] => {
        const touches = declaration.touches.map((touch) => ({ ...touch, ...standingOf(touch) }))
        const whole = { ...declaration, mentions: mentionsOf(declaration.mentions), touches }
        return handedOn[declaration.id] === undefined ? [whole] : membersOf(whole)
      }),
    }),
  )
  return {
    files: new Map(files.map((file) => [file.path, file])),
    declarations: new Map(files.flatMap((file) => file.declarations.map((one) => [one.id, one] as const))),
    refused: raw.flatMap(({ refused }) => refused),
  }
}

/** A constant that is handed on, and each of its members as a declaration of its own. */
function membersOf(whole: Declaration): Declaration[] {
  const value = syntax.isVariableDeclaration(whole.node) ? whole.node.initializer : undefined
  if (!value || !syntax.isObjectLiteralExpression(value)) throw new Error(`${whole.id} is no object of functions`)
  const members = value.properties.map((property): Declaration => {
    const name = 'name' in property ? (property.name?.getText(whole.source) ?? '') : ''
    const used = syntax.isPropertyAssignment(property) ? property.initializer.getText(whole.source) : name
    const mentions = whole.mentions.filter(({ to }) => to.endsWith(`#${used}`))
    if (mentions.length === 0) throw new Error(`${whole.id}.${name} stands for nothing that can be read`)
    return { ...whole, id: `${whole.id}.${name}`, name: `${whole.name}.${name}`, mentions, touches: [] }
  })
  return [{ ...whole, mentions: [], touches: [] }, ...members]
}

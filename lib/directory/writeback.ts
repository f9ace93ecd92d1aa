import 'server-only'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import {
  isReadOnlyCopy,
  isUnder,
  type LdapConnection,
  LdapError,
  type LdapIdentity,
  type LdapResult,
  partsOfName,
  passwordModifyName,
  passwordModifyValue,
  policyErrorOf,
  resultCodes,
  unicodePassword,
  withLdap,
} from '@/lib/platform/ldap'
import { log } from '@/lib/platform/log'
import { type Reachable, reachable } from './connection'
import { attributesToJudge, obstacleTo } from './entry'
import { policyErrors, type RefusalReason, readableDiagnostic, refusalOf } from './password-answers'
import type { DirectoryHome } from './password-home'
import { readEntry } from './read-entry'
import { asSent, verifyAt, verifyDirectoryPassword, wordsOfError } from './verify-password'

/**
 * What became of a change that a directory was asked for. `refused`: it said no, and nothing changed; `words` is a
 * sentence for the person. `unavailable`: nothing was asked. `unknown`: it was asked and no answer came, so it may have
 * happened; never to be shown as success. `askedServer`: who was asked then. `isDeniedElsewhere`: another server than that one
 * does not know the password, which it may hear of later.
 */
export type WritebackOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'unknown'; readonly askedServer?: string; readonly isDeniedElsewhere?: boolean }

/**
 * Sets a new password by the service account's right: a reset. Where this connector may unlock, a lock after wrong
 * passwords ends with it. Never throws.
 *
 * @see SEC-128, `40` §13; RFC 3062; MS-ADTS §3.1.1.3.1.5.1
 */
export async function setPassword(home: DirectoryHome, newPassword: string): Promise<WritebackOutcome> {
  const password = asSent(newPassword)
  return asService(home, 'canWriteBackPasswords', [password], async (connection, { connector }, sent) => {
    const isWindows = connector.kind === 'activeDirectory'
    sent()
    const result = isWindows
      ? await connection.modify(home.distinguishedName, [
          { operation: 'replace', attribute: 'unicodePwd', values: [unicodePassword(password)] },
        ])
      : await connection.extended(passwordModifyName, passwordModifyValue(home.distinguishedName, null, password))
    if (result.code !== resultCodes.success) return result
    // The password is set whatever comes of these: its owner chose it, so it is not to be chosen anew, and no lock stays.
    if (!isWindows) await quietly(connection, home, 'pwdReset')
    if (connector.settings.mayUnlock) await unlock(connection, home, connector.kind).catch(() => undefined)
    return result
  })
}

/**
 * Sets a password that its owner has to replace at the next sign-in: the directory asks for a new one (`pwdLastSet`, or
 * `pwdReset` of its password policy). Whether it does is asked by signing in: `isOver` false where the directory takes it for an
 * ordinary one. A lock ends as with `setPassword`. Never throws.
 */
export async function setTemporaryPassword(
  home: DirectoryHome,
  newPassword: string,
): Promise<WritebackOutcome & { readonly isOver?: boolean }> {
  const password = asSent(newPassword)
  const outcome = await asService(
    home,
    'canWriteBackPasswords',
    [password],
    async (connection, { connector }, sent) => {
      const isWindows = connector.kind === 'activeDirectory'
      sent()
      const result = isWindows
        ? // In one request: a temporary password must not be an ordinary one for a moment.
          await connection.modify(home.distinguishedName, [
            { operation: 'replace', attribute: 'unicodePwd', values: [unicodePassword(password)] },
            { operation: 'replace', attribute: 'pwdLastSet', values: ['0'] },
          ])
        : await connection.extended(passwordModifyName, passwordModifyValue(home.distinguishedName, null, password))
      if (result.code !== resultCodes.success) return result
      if (!isWindows)
        await connection
          .modify(home.distinguishedName, [{ operation: 'replace', attribute: 'pwdReset', values: ['TRUE'] }])
          .catch(() => undefined)
      if (connector.settings.mayUnlock) await unlock(connection, home, connector.kind).catch(() => undefined)
      return result
    },
  )
  if (outcome.kind !== 'done') return outcome
  const { kind } = await verifyDirectoryPassword(home, password)
  return { ...outcome, isOver: kind === 'mustChange' || kind === 'expired' }
}

/** Changes the password with the present one, so that the directory applies its rules for a change. Never throws. */
export async function changePassword(
  home: DirectoryHome,
  oldPassword: string,
  newPassword: string,
): Promise<WritebackOutcome> {
  const [before, after] = [asSent(oldPassword), asSent(newPassword)]
  return asService(home, 'canWriteBackPasswords', [before, after], async (connection, { connector, service }, sent) => {
    const { distinguishedName } = home
    sent()
    if (connector.kind === 'activeDirectory')
      return connection.modify(distinguishedName, [
        { operation: 'delete', attribute: 'unicodePwd', values: [unicodePassword(before)] },
        { operation: 'add', attribute: 'unicodePwd', values: [unicodePassword(after)] },
      ])
    // In the person's own name: only then do the rules about changing apply.
    const bound = await connection.bind(distinguishedName, before)
    if (bound.code !== resultCodes.success) {
      // Right, and over: such a one opens nothing any more, not even for changing it. The service account asks, and gives it along.
      if (policyErrorOf(bound) !== policyErrors.passwordExpired) return bound
      const asked = await connection.bind(service.dn, service.password)
      if (asked.code !== resultCodes.success) return asked
    }
    return connection.extended(passwordModifyName, passwordModifyValue(distinguishedName, before, after))
  })
}

/** Ends a lock that the directory holds after wrong passwords; of an account without one as well. Never throws. */
export async function unlockAccount(home: DirectoryHome): Promise<WritebackOutcome> {
  return asService(home, 'mayUnlock', [], (connection, { connector }, sent) => {
    sent()
    return unlock(connection, home, connector.kind)
  })
}

/**
 * What became of a change whose outcome was unknown, found out by signing in with the new password: `done` or `refused`
 * once the directory says so, `unknown` as long as it does not answer. A server that was never asked may not have heard of
 * a password that the asked one took before it died, so it can say yes and not no. `askedServer`: null where nobody knows.
 */
export async function outcomeOf(
  home: DirectoryHome,
  newPassword: string,
  askedServer: string | null,
): Promise<WritebackOutcome> {
  const reached = await reachable(home.connectorId)
  if (!reached) return { kind: 'unknown' }
  const { servers } = reached.directory
  const isFirst = ({ url }: { readonly url: string }) => Number(url === askedServer)
  const inOrder = [...servers].sort((one, other) => isFirst(other) - isFirst(one))
  const directory = { ...reached.directory, servers: inOrder }
  const { kind, server } = await verifyAt({ ...reached, directory }, home, newPassword)
  if (kind === 'right' || kind === 'mustChange' || kind === 'expired') return { kind: 'done' }
  // Of a locked or disabled account a directory may not say whether the password was right.
  if (kind !== 'wrong') return { kind: 'unknown' }
  const wasAsked = askedServer === null ? servers.length === 1 : server === askedServer
  return wasAsked ? refused(t('directory.refusal.notTaken')) : { kind: 'unknown', isDeniedElsewhere: true }
}

type Work = (connection: LdapConnection, reached: Reachable, sent: () => void) => Promise<LdapResult>

/** Does `work` as the service account on an entry that may be written to, and reads what the directory said. */
async function asService(
  home: DirectoryHome,
  permission: 'canWriteBackPasswords' | 'mayUnlock',
  secrets: readonly string[],
  work: Work,
): Promise<WritebackOutcome> {
  const reached = await reachable(home.connectorId)
  if (!reached?.connector.settings[permission]) return { kind: 'unavailable' }
  const { connector, directory, service } = reached
  // From here on a break leaves open whether it happened, and it must not be asked for twice.
  let isSent = false
  let askedServer = ''
  const sent = () => {
    isSent = true
  }
  try {
    const about = { identity: service, isRepeatable: () => !isSent }
    const said = await withLdap(directory, about, async (connection, { url }): Promise<LdapResult | RefusalReason> => {
      askedServer = url
      const entry = await readEntry(connection, home.distinguishedName, attributesToJudge(connector))
      const obstacle = obstacleTo(entry, connector, { entryId: home.entryId, ...placeOf(home, reached) })
      if (obstacle) return obstacle
      const result = await work(connection, reached, sent)
      if (!isReadOnlyCopy(result)) return result
      isSent = false
      throw new LdapError('refused', { result })
    })
    if (typeof said === 'string') return refused(t(`directory.refusal.${said}`))
    if (said.code === resultCodes.success) return { kind: 'done' }
    if (said.code === resultCodes.busy || said.code === resultCodes.unavailable) return { kind: 'unavailable' }
    const reason = refusalOf(connector.kind, { ...said, policyError: policyErrorOf(said) })
    log.warn('directory.writeback_refused', { targetId: connector.id, code: `ldap_${said.code}`, detail: reason })
    return refused(wordsFor(reason, said, secrets))
  } catch (error) {
    log.warn('directory.unavailable', { targetId: connector.id, ...wordsOfError(error) })
    const isAnswered = error instanceof LdapError && error.kind === 'refused'
    return isSent && !isAnswered ? { kind: 'unknown', askedServer } : { kind: 'unavailable' }
  }
}

function refused(words: string): WritebackOutcome {
  return { kind: 'refused', words }
}

function wordsFor(reason: RefusalReason, { diagnostic }: LdapResult, secrets: readonly string[]): string {
  if (reason !== 'other') return t(`directory.refusal.${reason}`)
  const text = readableDiagnostic(diagnostic, secrets, limits.ldap.diagnosticLengthMax)
  return text === '' ? t('directory.refusal.other') : t('directory.refusal.said', { text })
}

function placeOf({ distinguishedName }: DirectoryHome, { connector, service }: Reachable) {
  const bases = connector.settings.baseDistinguishedNames
  return {
    isInside: bases.some((base) => isUnder(distinguishedName, base)),
    isService: isSameName(distinguishedName, service),
  }
}

function isSameName(name: string, { dn }: LdapIdentity): boolean {
  const parts = partsOfName(name)
  return parts === null || parts.join(',') === partsOfName(dn)?.join(',')
}

async function unlock(connection: LdapConnection, home: DirectoryHome, kind: 'ldap' | 'activeDirectory') {
  if (kind === 'activeDirectory')
    return connection.modify(home.distinguishedName, [
      { operation: 'replace', attribute: 'lockoutTime', values: ['0'] },
    ])
  const result = await connection.modify(home.distinguishedName, [
    { operation: 'delete', attribute: 'pwdAccountLockedTime', values: [] },
  ])
  // There was no lock.
  return result.code === resultCodes.noSuchAttribute ? { ...result, code: resultCodes.success } : result
}

async function quietly(connection: LdapConnection, home: DirectoryHome, attribute: string): Promise<void> {
  await connection
    .modify(home.distinguishedName, [{ operation: 'delete', attribute, values: [] }])
    .catch(() => undefined)
}

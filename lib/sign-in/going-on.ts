import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { type Tx, writeTogether } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { loadFacts, type PersonFacts } from './facts'
import type { Session } from './model'
import { openingOf } from './session'

/** What the browser gets after a factor, and the session behind it as it is now. */
export type IssuedTokens = { readonly token: string; readonly adminToken: string | null; readonly session: Session }

/** Where somebody goes who is signing in. */
export type WayOn =
  | { readonly to: 'verify' }
  | { readonly to: 'register' }
  | { readonly to: 'newPassword' }
  | { readonly to: 'terms'; readonly id: string }
  | { readonly to: 'blocked'; readonly reason: 'noMethod' | 'otherMethodNeeded' | 'policy' | 'nothingRegistrable' }
  | { readonly to: 'home'; readonly returnTo: string | null }

/** `tokens`: null where the session is what it was. */
export type Continued = { readonly way: WayOn; readonly tokens: IssuedTokens | null }

/**
 * Decides where a factor leads, in the transaction that takes it. Who performs one holds the person's lock and has read
 * what the decision rests on; asking again in a second transaction would cost as much as the factor, and somebody whose
 * connection broke in between would have proven something and be told nothing. Registering stands above signing in, so
 * the rule is handed down.
 */
export type GoOn = (
  tx: Tx,
  /** `isNew`: the session is no row yet, and becomes one with what it is raised to, or else by the caller. */
  signingIn: { readonly session: Session; readonly origin: AuditOrigin; readonly isNew: boolean },
  facts: PersonFacts,
  at: Date,
) => Promise<Continued>

/** What a factor gave, and where it leads, when that was asked. */
export type Proven = IssuedTokens & { readonly way?: WayOn }

/**
 * `facts`: as they are after the factor, read in this transaction; else they are read. `isNew`: the factor opened the session,
 * which is stored here.
 */
export async function goOnAfter(
  tx: Tx,
  { goOn, origin }: { readonly goOn?: GoOn; readonly origin: AuditOrigin },
  issued: IssuedTokens,
  at: Date,
  { facts, isNew = false }: { readonly facts?: PersonFacts | null; readonly isNew?: boolean } = {},
): Promise<Result<Proven, 'sign_in.session_ended'>> {
  const { session } = issued
  const open = async () => (isNew ? writeTogether(tx, openingOf(issued, origin)) : undefined)
  if (!goOn) {
    await open()
    return ok(issued)
  }
  const present = facts ?? (await loadFacts(tx, session.userId, 'now'))
  if (!present) return fail('refused', 'sign_in.session_ended')
  const { way, tokens } = await goOn(tx, { session, origin, isNew }, present, at)
  if (!tokens) await open()
  return ok({ ...issued, ...tokens, way })
}

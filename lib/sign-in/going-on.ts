import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { type Tx, type Write, writeTogether } from '@/lib/platform/db'
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
  signingIn: { readonly session: Session; readonly origin: AuditOrigin; readonly opening: Opening | null },
  facts: PersonFacts,
  at: Date,
) => Promise<Continued>

/**
 * Of a session that is no row yet: what is written with it. It becomes one as what it is raised to, or else by whoever asked
 * where it leads.
 */
export type Opening = readonly Write[]

/** What a factor gave, and where it leads, when that was asked. */
export type Proven = IssuedTokens & { readonly way?: WayOn }

/**
 * `facts`: as they are after the factor, read in this transaction; else they are read. `opening`: the factor opened the
 * session, which is stored here.
 */
export async function goOnAfter(
  tx: Tx,
  { goOn, origin }: { readonly goOn?: GoOn; readonly origin: AuditOrigin },
  issued: IssuedTokens,
  at: Date,
  { facts, opening = null }: { readonly facts?: PersonFacts | null; readonly opening?: Opening | null } = {},
): Promise<Result<Proven, 'sign_in.session_ended'>> {
  const { session } = issued
  const open = async () => opening && writeTogether(tx, [...openingOf(issued, origin), ...opening])
  if (!goOn) {
    await open()
    return ok(issued)
  }
  const present = facts ?? (await loadFacts(tx, session.userId, 'now'))
  if (!present) return fail('refused', 'sign_in.session_ended')
  const { way, tokens } = await goOn(tx, { session, origin, opening }, present, at)
  if (!tokens) await open()
  return ok({ ...issued, ...tokens, way })
}

import 'server-only'
import { getServerSession, type NextAuthOptions } from 'next-auth'
import type { Adapter } from 'next-auth/adapters'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { endSession, type FoundSession, findSession } from './session'

/**
 * The one file that knows next-auth. It is used with the database strategy and no provider: the rows are ours
 * (`session.ts`), next-auth reads the cookie and asks the adapter, and its own pages and providers stay unused.
 */
export const sessionCookie = '__Host-twofold-session'

/**
 * The live session of the browser that asks for a page and whose it is, or null when signed out. Throws when the database
 * cannot answer.
 */
export async function currentSession(): Promise<FoundSession | null> {
  // next-auth logs an adapter that throws and answers "signed out". A database that is down must not look like that,
  // so the error is kept here and thrown again.
  const outcome: Outcome = { found: null, error: null }
  await getServerSession(options(outcome))
  if (outcome.error) throw outcome.error
  return outcome.found
}

type Outcome = { found: FoundSession | null; error: unknown }

function options(outcome: Outcome): NextAuthOptions {
  const maxAge = limits.session.userAbsoluteSeconds
  return {
    secret: env().NEXTAUTH_SECRET,
    providers: [],
    pages: { signIn: '/sign-in', error: '/sign-in', signOut: '/sign-in' },
    session: { strategy: 'database', maxAge, updateAge: maxAge },
    cookies: {
      sessionToken: { name: sessionCookie, options: { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } },
    },
    logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
    adapter: {
      async getSessionAndUser(token: string) {
        try {
          outcome.found = await findSession(db(), token, now())
        } catch (error) {
          outcome.error = error
        }
        if (!outcome.found) return null
        const { userId, expiresAt } = outcome.found.session
        return {
          session: { sessionToken: token, userId, expires: expiresAt },
          user: { id: userId, email: '', emailVerified: null },
        }
      },
      // Idle time is kept in the row by findSession, so there is nothing to update here.
      updateSession: async () => null,
      async deleteSession(token: string) {
        const found = await findSession(db(), token, now())
        if (found) await endSession(db(), found.session.id)
      },
    } as Partial<Adapter> as Adapter,
    callbacks: { session: ({ session }) => ({ expires: session.expires }) },
  }
}

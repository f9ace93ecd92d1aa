import 'server-only'
import { encode } from 'uqr'
import {
  acceptedStep,
  defaultOathParameters,
  groupedSecret,
  newSecret,
  type OathParameters,
  otpauthUri,
} from '@/lib/authentication-methods/kinds/software-oath'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { attemptAt, findChallenge, openingOfChallenge } from '@/lib/registered-methods/challenge'
import type { Challenge } from '@/lib/registered-methods/model'
import { newSoftwareOath } from '@/lib/registered-methods/store/change'
import { fail, ok, type Result } from '@/lib/result'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { tell } from '@/lib/sign-in/tell'
import { type Starting, startCeremony } from './ceremony'
import { type Asking, changeOwn, refusalToRegister } from './change'
import { cleanName } from './method-name'
import type { PendingSoftwareOath } from './model'

/** An authenticator app: a secret that awaits its first code, then a method. */

const ceremony = { kind: 'softwareOath', purpose: 'register' } as const
/** The person holds the secret, so wrong codes here are typing errors; still, not without end. */
const attemptsMax = 20

/** Begins with a new secret; a pending one is replaced. */
export function startSoftwareOath(asking: Starting): Promise<Result<undefined>> {
  return startCeremony(asking, 'softwareOath', async (context) => {
    const refusal = refusalToRegister(context, 'softwareOath')
    if (refusal) return refusal
    const { algorithm, periodSeconds } = context.facts.methodsPolicy.methods.softwareOath
    const { write } = openingOfChallenge({
      ...ceremony,
      sessionId: asking.session.id,
      userId: asking.session.userId,
      data: { secret: newSecret(), algorithm, periodSeconds },
      expiresAt: secondsFrom(context.at, limits.pendingEnrolmentSeconds),
      at: context.at,
    })
    return { ...ok(), writes: [write] }
  })
}

/** What the page shows of the pending secret, to the session that began it; null when none is pending. */
export async function pendingSoftwareOath(asking: Asking, account: string): Promise<PendingSoftwareOath | null> {
  const challenge = await findChallenge(db(), { ...ceremony, sessionId: asking.session.id }, now())
  if (!challenge) return null
  const issuer = env().ORGANISATION_NAME
  const secret = String(challenge.data.secret)
  const parameters = parametersOf(challenge)
  // Without a quiet zone: the frame around it has one.
  const { data, size } = encode(otpauthUri({ issuer, account, secret, ...parameters }), { ecc: 'M', border: 0 })
  return {
    qrPath: data.map(rowPath).join(''),
    qrSide: size,
    secretGrouped: groupedSecret(secret),
    account,
    issuer,
    ...parameters,
    expiresAt: challenge.expiresAt.toISOString(),
  }
}

/** What the secret was made for, whatever the organisation has chosen since: the app has scanned it. */
function parametersOf({ data }: Pick<Challenge, 'data'>): OathParameters {
  return {
    algorithm: data.algorithm === 'SHA256' ? 'SHA256' : defaultOathParameters.algorithm,
    periodSeconds: typeof data.periodSeconds === 'number' ? data.periodSeconds : defaultOathParameters.periodSeconds,
  }
}

/** One rectangle for each run of dark modules of a row. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    const start = x
    while (row[x]) x++
    if (x > start) path += `M${start} ${y}h${x - start}v1h${start - x}z`
  }
  return path
}

/** `facts`: as they are with the new method, for whoever goes on from it; null where more than that has changed. */
type Added = { readonly methodId: string; readonly facts: PersonFacts | null }

/**
 * Makes the pending secret a method, when the code is right and the gate still says yes. The step of this code counts
 * as used. Failures: `registration.ceremony_expired`, `registration.ceremony_used` (stored by an earlier call),
 * `registration.code_mismatch`, those of the gate and the limits.
 */
export async function confirmSoftwareOath(
  asking: Asking,
  input: { readonly code: string; readonly name: string | null },
): Promise<Result<Added>> {
  const plan = { activity: 'registered', kind: 'softwareOath', ceremony } as const
  return changeOwn<Added>(asking, plan, async (context) => {
    const { tx, facts, at, ceremony: challenge } = context
    // Used up: another press of the same button was faster.
    if (challenge?.consumedAt) return fail('refused', 'registration.ceremony_used')
    if (!challenge || challenge.attempts >= attemptsMax) return fail('refused', 'registration.ceremony_expired')
    const refusal = refusalToRegister(context, 'softwareOath')
    if (refusal) return refusal
    const secret = String(challenge.data.secret)
    const parameters = parametersOf(challenge)
    const accepted = acceptedStep(secret, input.code, at, -1n, parameters)
    if (!accepted) {
      const counts = attemptAt(challenge)
      return { ...fail('refused', 'registration.code_mismatch', { field: 'code' }), counts }
    }
    const { method, writes } = newSoftwareOath(
      asking.session.userId,
      {
        kind: 'softwareOath',
        name: input.name === null ? null : cleanName(input.name),
        secret,
        ...parameters,
        lastStep: BigInt(accepted.step),
      },
      'user',
      at,
    )
    const notice = {
      at: at.toISOString(),
      method: 'Authenticator app',
      clientAddress: asking.origin.clientAddress,
      by: 'you',
    } as const
    await tell(tx, asking.session.userId, 'methodAdded', notice, { facts })
    const methods = [...facts.methods, method]
    return ok({
      value: { methodId: method.id, facts: facts.mustReregisterSince === null ? { ...facts, methods } : null },
      event: { method: { kind: 'softwareOath', id: method.id } },
      proof: { mode: 'softwareOath', methodId: method.id, at: at.getTime(), registered: true },
      methods,
      writes: [...writes, attemptAt(challenge, at)],
    })
  })
}

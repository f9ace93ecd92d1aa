import 'server-only'
import { z } from 'zod'
import {
  creationOptions,
  offeredAlgorithms,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyCreation,
} from '@/lib/authentication-methods/kinds/passkey'
import type { NewPasskey, PasskeyReason } from '@/lib/authentication-methods/kinds/passkey-model'
import { isModelRefused } from '@/lib/fido-metadata/standing'
import { findModel } from '@/lib/fido-metadata/store'
import { limits } from '@/lib/limits'
import { wakeOutbox } from '@/lib/notifications/outbox'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, type Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { randomToken } from '@/lib/platform/random'
import { consumeChallenge, findChallenge, openChallenge } from '@/lib/registered-methods/challenge'
import type { PasskeyDetail, RegisteredMethod } from '@/lib/registered-methods/model'
import { insertMethod } from '@/lib/registered-methods/store'
import { fail, ok, type Result } from '@/lib/result'
import { relyingPartyId } from '@/lib/sign-in/passkey'
import { tell } from '@/lib/sign-in/tell'
import { refuseFinish, startCeremony } from './ceremony'
import { type Asking, changeOwn, refusalToRegister } from './change'
import { cleanName } from './method-name'

/** A passkey: the browser makes a credential for the challenge it was given, and what it made is checked and stored. */

const ceremony = { kind: 'webauthnCreate', purpose: 'register' } as const

/** Begins with what the browser needs. Failures: those of the gate and the limits. */
export function startPasskey(asking: Asking): Promise<Result<PublicKeyCredentialCreationOptionsJSON>> {
  return startCeremony(asking, 'passkey', async (context) => {
    const refusal = refusalToRegister(context, 'passkey')
    if (refusal) return refusal
    const { subject } = context.facts
    const { userHandle } = await context.tx.user.findUniqueOrThrow({
      where: { id: subject.id },
      select: { userHandle: true },
    })
    const challenge = randomToken(limits.webauthn.challengeBytes)
    await openChallenge(context.tx, {
      ...ceremony,
      sessionId: asking.session.id,
      userId: asking.session.userId,
      data: { challenge, excluded: passkeysOf(context.facts.methods).map(credentialIdText) },
      expiresAt: secondsFrom(context.at, limits.webauthn.challengeLifetimeSeconds),
      at: context.at,
    })
    return ok(
      await creationOptions({
        challenge,
        rpId: relyingPartyId(),
        rpName: env().ORGANISATION_NAME,
        user: { handle: userHandle, name: subject.userPrincipalName, displayName: subject.displayName },
        registered: passkeysOf(context.facts.methods),
      }),
    )
  })
}

/** Whether something is known against the model it says it is of; a claim will do for a no. */
async function isModelKnownBad(tx: Tx, { aaguid }: NewPasskey, at: Date): Promise<boolean> {
  const model = await findModel(tx, aaguid)
  return model !== null && isModelRefused(model.statusReports, at)
}

function credentialIdText({ credentialId }: PasskeyDetail): string {
  return Buffer.from(credentialId).toString('base64url')
}

function passkeysOf(methods: readonly RegisteredMethod[]): PasskeyDetail[] {
  return methods.flatMap(({ detail }) => (detail.kind === 'passkey' ? [detail] : []))
}

/**
 * Stores what the browser made. The challenge is used up by this first answer, right or wrong. Failures:
 * `registration.ceremony_expired`, `passkey.not_verified`, `passkey.not_allowed`, `passkey.already_registered`, those
 * of the gate and the limits.
 */
export async function finishPasskey(
  asking: Asking,
  input: { readonly response: unknown; readonly name: string | null },
): Promise<Result<{ readonly methodId: string }>> {
  const at = now()
  const name = input.name === null ? null : cleanName(input.name)
  const challenge = await findChallenge(db(), { ...ceremony, sessionId: asking.session.id }, at)
  if (!challenge || !(await consumeChallenge(db(), challenge.id, at))) {
    return refuseFinish(
      asking,
      { activity: 'registered', kind: 'passkey' },
      fail('refused', 'registration.ceremony_expired'),
      at,
    )
  }
  // Before the transaction: checking signatures is slow, and nothing in it depends on rows that may change.
  const verified = await verifyCreation(input.response, {
    challenge: String(challenge.data.challenge),
    rpId: relyingPartyId(),
    origins: [env().PUBLIC_ORIGIN],
    algorithms: offeredAlgorithms,
    isUserVerificationRequired: true,
    // Asked again under the lock, with the policy of then.
    isSyncedPasskeyAllowed: true,
    registeredCredentialIds: z.array(z.string()).parse(challenge.data.excluded),
  })
  const result = await changeOwn(asking, { activity: 'registered', kind: 'passkey' }, async (context) => {
    if (!verified.ok) return verified
    const passkey = verified.value
    const refusal = refusalToRegister(context, 'passkey')
    if (refusal) return refusal
    if (passkey.backupEligible && !context.facts.methodsPolicy.methods.passkey.isSyncedPasskeyAllowed) {
      return fail('refused', 'passkey.not_allowed')
    }
    if (await isModelKnownBad(context.tx, passkey, context.at)) {
      return fail('refused', 'passkey.not_allowed', { details: { reason: 'model_refused' satisfies PasskeyReason } })
    }
    const method = await insertMethod(
      context.tx,
      asking.session.userId,
      { ...passkey, kind: 'passkey', name, signCount: BigInt(passkey.signCount) },
      'user',
      context.at,
    )
    const methodId = method.id
    const notice = {
      at: context.at.toISOString(),
      method: name ?? 'Passkey',
      clientAddress: asking.origin.clientAddress,
      by: 'you',
    } as const
    await tell(context.tx, asking.session.userId, 'methodAdded', notice, { facts: context.facts })
    return ok({
      value: { methodId },
      methods: [...context.facts.methods, method],
      event: {
        method: { kind: 'passkey', id: methodId },
        after: { aaguid: passkey.aaguid, backupEligible: passkey.backupEligible },
      },
      proof: {
        mode: 'fido2',
        methodId,
        at: context.at.getTime(),
        aaguid: passkey.aaguid,
        userVerified: true,
        registered: true,
      },
    })
  })
  if (result.ok) wakeOutbox()
  return result
}

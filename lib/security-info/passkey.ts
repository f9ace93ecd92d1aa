import 'server-only'
import { z } from 'zod'
import {
  creationOptions,
  offeredAlgorithms,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyCreation,
} from '@/lib/authentication-methods/kinds/passkey'
import type { Proof } from '@/lib/authentication-methods/model'
import {
  type AuthenticatorHint,
  asksForAttestation,
  hintsFor,
  type PasskeyFacts,
  type ProfileRefusal,
  profilesFor,
  refusalOfPasskey,
} from '@/lib/authentication-methods/passkey-profiles'
import { isModelRefused, type KnownModel, trustOf } from '@/lib/fido-metadata/standing'
import { findModel } from '@/lib/fido-metadata/store'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, type Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { randomToken } from '@/lib/platform/random'
import { consumeChallenge, findChallenge, openChallenge } from '@/lib/registered-methods/challenge'
import type { PasskeyDetail, RegisteredMethod } from '@/lib/registered-methods/model'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { fail, ok, type Result } from '@/lib/result'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { relyingPartyId, relyingPartyOrigins } from '@/lib/sign-in/passkey'
import { tell } from '@/lib/sign-in/tell'
import { refuseFinish, type Starting, startCeremony } from './ceremony'
import { type Asking, type ChangeContext, changeOwn, refusalToRegister } from './change'
import { cleanName } from './method-name'
import type { OwnPasskeys } from './model'
import { isUpgradeDue } from './passkey-upgrade'

/** A passkey: the browser makes a credential for the challenge it was given, and what it made is checked and stored. */

/** Made because the person asked for it, or by the browser after a sign-in with a password. */
export type Occasion = 'register' | 'upgrade'

/**
 * Begins with what the browser needs. `hint`: where the person wants the passkey to be. Failures: those of the gate and the
 * limits; on the occasion of a sign-in also `registration.method_not_allowed` where it is not due.
 */
export function startPasskey(
  asking: Starting,
  {
    hint = null,
    occasion = 'register',
  }: { readonly hint?: AuthenticatorHint | null; readonly occasion?: Occasion } = {},
): Promise<Result<PublicKeyCredentialCreationOptionsJSON>> {
  return startCeremony(asking, 'passkey', async (context) => {
    const refusal = refusalToRegister(context, 'passkey')
    if (refusal) return refusal
    if (occasion === 'upgrade' && !isUpgradeDue({ ...context, at: context.at.getTime() }))
      return fail('refused', 'registration.method_not_allowed')
    const { subject } = context.facts
    const profiles = profilesFor(context.facts.methodsPolicy, subject)
    const challenge = randomToken(limits.webauthn.challengeBytes)
    await openChallenge(context.tx, {
      kind: 'webauthnCreate',
      purpose: occasion,
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
        user: {
          handle: await userHandleOf(context.tx, subject.id),
          name: subject.userPrincipalName,
          displayName: subject.displayName,
        },
        registered: passkeysOf(context.facts.methods),
        attestation: occasion === 'register' && asksForAttestation(profiles) ? 'direct' : 'none',
        hints: occasion === 'register' ? hintsFor(profiles, hint) : [],
        isConditional: occasion === 'upgrade',
      }),
    )
  })
}

/** Why the policy of now does not admit it. Against a model that something is known of, its mere claim will do. */
function refusalOf(
  { facts, at }: ChangeContext,
  passkey: PasskeyFacts,
  model: KnownModel | null,
): ProfileRefusal | 'model_refused' | null {
  if (model && isModelRefused(model.statusReports, at)) return 'model_refused'
  return refusalOfPasskey(facts.methodsPolicy, facts.subject, passkey, 'registration')
}

/** What a browser needs to keep its list of this person's passkeys true. */
export async function ownPasskeys({ subject, methods }: PersonFacts): Promise<OwnPasskeys> {
  return {
    rpId: relyingPartyId(),
    userId: Buffer.from(await userHandleOf(db(), subject.id)).toString('base64url'),
    name: subject.userPrincipalName,
    displayName: subject.displayName,
    // Also those that may not be used now: they are registered, and the policy may change again.
    credentialIds: passkeysOf(methods).map(credentialIdText),
  }
}

async function userHandleOf(tx: Tx, id: string): Promise<Uint8Array> {
  const { userHandle } = await tx.user.findUniqueOrThrow({ where: { id }, select: { userHandle: true } })
  return userHandle
}

function proofOf(methodId: string, aaguid: string, at: Date): Proof {
  return { mode: 'fido2', methodId, at: at.getTime(), aaguid, userVerified: true, registered: true }
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
  input: { readonly response: unknown; readonly name: string | null; readonly occasion?: Occasion },
): Promise<Result<{ readonly methodId: string }>> {
  const { occasion = 'register' } = input
  const isConditional = occasion === 'upgrade'
  const at = now()
  const name = input.name === null ? null : cleanName(input.name)
  const open = { kind: 'webauthnCreate', purpose: occasion, sessionId: asking.session.id } as const
  const challenge = await findChallenge(db(), open, at)
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
    origins: relyingPartyOrigins(),
    algorithms: offeredAlgorithms,
    isUserVerificationRequired: !isConditional,
    isConditional,
    registeredCredentialIds: z.array(z.string()).parse(challenge.data.excluded),
  })
  return changeOwn(asking, { activity: 'registered', kind: 'passkey' }, async (context) => {
    if (!verified.ok) return verified
    const passkey = verified.value
    const refusal = refusalToRegister(context, 'passkey')
    if (refusal) return refusal
    if (isConditional && !context.facts.methodsPolicy.methods.passkey.isConditionalCreationAllowed)
      return fail('refused', 'registration.method_not_allowed')
    const model = await findModel(context.tx, passkey.aaguid)
    const isAttested = trustOf(passkey.attestation, model, context.at) === 'trusted'
    const reason = refusalOf(context, { ...passkey, isAttested }, model)
    if (reason) return fail('refused', 'passkey.not_allowed', { details: { reason } })
    const method = await insertMethod(
      context.tx,
      asking.session.userId,
      { ...passkey, kind: 'passkey', name, isAttested, signCount: BigInt(passkey.signCount) },
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
        ...(isConditional ? { reason: 'made by the browser after a sign-in with a password' } : {}),
        method: { kind: 'passkey', id: methodId },
        after: { aaguid: passkey.aaguid, backupEligible: passkey.backupEligible, isAttested },
      },
      // What nobody touched proves nothing about who is there.
      ...(isConditional ? {} : { proof: proofOf(methodId, passkey.aaguid, context.at) }),
    })
  })
}

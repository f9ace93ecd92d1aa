import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@/lib/authentication-methods/kinds/passkey'
import type { OwnPasskeys } from '@/lib/security-info/model'

/** The browser's own part of a passkey: it asks the person, we hear what came of it. The library is loaded when asked for. */

export type PasskeyAnswer =
  | { readonly ok: true; readonly response: { readonly id: string } & Record<string, unknown> }
  | { readonly ok: false; readonly reason: 'cancelled' | 'alreadyRegistered' | 'unsupported' }

/** Whether this browser knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return typeof window !== 'undefined' && typeof window.PublicKeyCredential === 'function'
}

/** Makes a passkey. `isElsewhere`: not in this device but in a security key or a phone beside it. */
export async function createPasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<PasskeyAnswer & { readonly isElsewhere?: boolean }> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  try {
    const response = await startRegistration({ optionsJSON })
    return { ok: true, response: { ...response }, isElsewhere: response.authenticatorAttachment === 'cross-platform' }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/** Whether this browser can make a passkey by itself after a sign-in with a password. */
export async function canCreateQuietly(): Promise<boolean> {
  if (!knowsPasskeys() || !window.PublicKeyCredential.getClientCapabilities) return false
  const { conditionalCreate = false } = await window.PublicKeyCredential.getClientCapabilities()
  return conditionalCreate
}

/** Lets the browser make a passkey by itself, where its password manager has just filled the password in; else nothing happens. */
export async function createQuietly(optionsJSON: PublicKeyCredentialCreationOptionsJSON): Promise<PasskeyAnswer> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  try {
    const response = await startRegistration({ optionsJSON, useAutoRegister: true })
    return { ok: true, response: { ...response } }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/**
 * Tells the browser that the passkey it just offered or made is not registered here, so that it stops offering it. Browsers that
 * cannot be told are left alone, and what comes of it is nobody's concern.
 */
export async function signalUnknown(rpId: string | undefined, credentialId: string): Promise<void> {
  if (!knowsPasskeys() || !rpId) return
  await quietly(() => window.PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId }))
}

/** Tells the browser which passkeys the person has here, and under which name. */
export async function signalOwn({ rpId, userId, name, displayName, credentialIds }: OwnPasskeys): Promise<void> {
  if (!knowsPasskeys()) return
  const allAcceptedCredentialIds = [...credentialIds]
  await quietly(() =>
    window.PublicKeyCredential.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds }),
  )
  await quietly(() => window.PublicKeyCredential.signalCurrentUserDetails?.({ rpId, userId, name, displayName }))
}

async function quietly(signal: () => Promise<unknown> | undefined): Promise<void> {
  await signal()?.catch(() => undefined)
}

/** Asks for a passkey, at once or, with `autofill`, among the suggestions of the user name field. */
export async function askPasskey(
  optionsJSON: PublicKeyCredentialRequestOptionsJSON,
  { autofill = false } = {},
): Promise<PasskeyAnswer> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  try {
    const response = await startAuthentication({ optionsJSON, useBrowserAutofill: autofill })
    return { ok: true, response: { ...response } }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/** Takes back a question that is still open, when the page that asked goes away. */
export async function stopAsking(): Promise<void> {
  const { WebAuthnAbortService } = await import('@simplewebauthn/browser')
  WebAuthnAbortService.cancelCeremony()
}

function reasonOf(error: unknown): 'cancelled' | 'alreadyRegistered' | 'unsupported' {
  const name = error instanceof Error ? error.name : ''
  if (name === 'InvalidStateError') return 'alreadyRegistered'
  return name === 'NotSupportedError' || name === 'SecurityError' ? 'unsupported' : 'cancelled'
}

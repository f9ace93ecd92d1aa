import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@/lib/authentication-methods/kinds/passkey'

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

'use client'

import { type ReactNode, useState, useSyncExternalStore } from 'react'
import type { PublicKeyCredentialCreationOptionsJSON } from '@/lib/authentication-methods/kinds/passkey'
import type { AuthenticatorHint } from '@/lib/authentication-methods/passkey-profiles'
import { buttonStyle } from '../ui/button-style'
import { Disclosure } from '../ui/disclosure'
import { Notice } from '../ui/notice'
import { useHasScripts } from '../ui/use-has-scripts'
import { createPasskey, knowsPasskeys, signalUnknown } from './browser-passkey'

/** What a script's call answers (`scriptAction`). */
export type CeremonyAnswer<T> =
  | { readonly ok: true; readonly go?: string; readonly value?: T }
  | { readonly ok: false; readonly message: string; readonly code: string }

export type PasskeyActions = {
  /** Takes `{ formToken, hint }`; the hint is null where the browser shall ask. */
  readonly start: (argument: unknown) => Promise<CeremonyAnswer<PublicKeyCredentialCreationOptionsJSON>>
  /** Takes `{ formToken, response, name }`; its `go` is where the person goes next. */
  readonly finish: (argument: unknown) => Promise<CeremonyAnswer<never>>
}

export type PasskeyTexts = {
  readonly create: string
  readonly waiting: string
  readonly cancelled: string
  readonly alreadyRegistered: string
  readonly connectionLost: string
  readonly thisDevice: string
  readonly securityKey: string
  /** Where the passkey shall be kept: the question, and its answers. */
  readonly where: string
  readonly places: Readonly<Record<AuthenticatorHint, string>>
}

/** The one button that makes a passkey. `unsupported` stands in its place where the browser knows none. */
export function PasskeyCreator({
  start,
  finish,
  formToken,
  texts,
  unsupported,
}: PasskeyActions & { formToken: string; texts: PasskeyTexts; unsupported: ReactNode }) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ text: string; count: number } | null>(null)
  const canCreate = useSyncExternalStore(never, knowsPasskeys, () => true)
  const hasScripts = useHasScripts()
  if (!canCreate) return unsupported

  const fail = (text: string) => {
    setBusy(false)
    setProblem((last) => ({ text, count: (last?.count ?? 0) + 1 }))
  }

  async function create(hint: AuthenticatorHint | null) {
    if (isBusy) return
    setBusy(true)
    setProblem(null)
    try {
      const started = await start({ formToken, hint })
      if (!started.ok) return fail(started.message)
      if (started.go || !started.value) return leaveTo(started.go)
      const made = await createPasskey(started.value)
      if (!made.ok) {
        return fail(made.reason === 'alreadyRegistered' ? texts.alreadyRegistered : texts.cancelled)
      }
      const name = made.isElsewhere ? texts.securityKey : deviceName(texts.thisDevice)
      const finished = await finish({ formToken, response: made.response, name })
      if (!finished.ok) {
        // Made and not taken: the browser would go on offering it.
        if (finished.code !== 'service.unknown_outcome') void signalUnknown(started.value.rp.id, made.response.id)
        return fail(finished.message)
      }
      leaveTo(finished.go)
    } catch {
      fail(texts.connectionLost)
    }
  }

  return (
    <div className="grid gap-4">
      {problem && (
        <Notice key={problem.count} tone="danger">
          {problem.text}
        </Notice>
      )}
      <button
        type="button"
        onClick={() => create(null)}
        disabled={!hasScripts}
        aria-disabled={isBusy || undefined}
        className={buttonStyle({ wide: true })}
      >
        {isBusy && (
          <span
            aria-hidden="true"
            className="size-4 animate-spin rounded-full border-2 border-current border-r-transparent"
          />
        )}
        <span aria-live="polite">{isBusy ? texts.waiting : texts.create}</span>
      </button>
      <Disclosure summary={texts.where}>
        <div className="grid gap-2">
          {(Object.keys(texts.places) as AuthenticatorHint[]).map((hint) => (
            <button
              key={hint}
              type="button"
              onClick={() => create(hint)}
              disabled={!hasScripts}
              aria-disabled={isBusy || undefined}
              className={buttonStyle({ wide: true, variant: 'secondary' })}
            >
              {texts.places[hint]}
            </button>
          ))}
        </div>
      </Disclosure>
    </div>
  )
}

const never = () => () => {}

function leaveTo(path: string | undefined): void {
  if (path) window.location.assign(path)
  else window.location.reload()
}

/** What most people call the thing in front of them; the person may say it better afterwards. */
export function deviceName<Otherwise extends string | null>(otherwise: Otherwise): string | Otherwise {
  const known = ['iPhone', 'iPad', 'Android', 'Mac', 'Windows', 'ChromeOS', 'Linux']
  const agent = navigator.userAgent.replace('CrOS', 'ChromeOS')
  return known.find((name) => agent.includes(name)) ?? otherwise
}

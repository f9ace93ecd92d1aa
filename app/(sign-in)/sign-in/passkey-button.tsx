'use client'

import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { askPasskey, knowsPasskeys, signalUnknown, stopAsking } from '@/components/registration/browser-passkey'
import type { CeremonyAnswer } from '@/components/registration/passkey-creator'
import { type ButtonVariant, buttonStyle } from '@/components/ui/button-style'
import { Notice } from '@/components/ui/notice'
import { useHasScripts } from '@/components/ui/use-has-scripts'
import type { PasskeyRequest } from '@/lib/sign-in/passkey'

/** A challenge lives five minutes on the server; an offer in the field older than this is made anew. */
const offerLifetimeMilliseconds = 240_000

/**
 * Asks for a passkey: by its button, and with `isAutofilled` also among the suggestions of the user name field. `more`
 * goes with the answer. Absent where the browser knows no passkeys.
 */
export function PasskeyButton({
  start,
  finish,
  formToken,
  more,
  isAutofilled = false,
  variant = 'primary',
  texts,
}: {
  start: (argument: unknown) => Promise<CeremonyAnswer<PasskeyRequest>>
  finish: (argument: unknown) => Promise<CeremonyAnswer<never>>
  formToken: string
  more: Readonly<Record<string, string>>
  isAutofilled?: boolean
  variant?: ButtonVariant
  texts: { ask: string; waiting: string; cancelled: string; connectionLost: string }
}) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ text: string; count: number } | null>(null)
  const canAsk = useSyncExternalStore(never, knowsPasskeys, () => true)
  const hasScripts = useHasScripts()

  async function ask(autofill: boolean) {
    try {
      const started = await start({ formToken })
      if (!started.ok) return autofill ? undefined : fail(started.message)
      if (!started.value) return leaveTo(started.go)
      const { challengeId, options } = started.value
      const asked = await askPasskey(options, { autofill })
      // An offer that nobody took is no failure.
      if (!asked.ok) return autofill ? undefined : fail(texts.cancelled)
      setBusy(true)
      const finished = await finish({ formToken, challengeId, response: asked.response, ...more })
      if (!finished.ok) {
        if (finished.code === 'sign_in.passkey_unknown') void signalUnknown(options.rpId, asked.response.id)
        return fail(finished.message)
      }
      leaveTo(finished.go)
    } catch {
      if (!autofill) fail(texts.connectionLost)
    }
  }

  function fail(text: string) {
    setBusy(false)
    setProblem((last) => ({ text, count: (last?.count ?? 0) + 1 }))
    offer.current?.()
  }

  const askNow = useRef(ask)
  askNow.current = ask
  const offer = useRef<(() => void) | null>(null)

  useEffect(() => {
    if (!isAutofilled || !knowsPasskeys()) return
    let isGone = false
    let offeredAt = 0
    const make = async () => {
      if (!(await window.PublicKeyCredential.isConditionalMediationAvailable?.()) || isGone) return
      offeredAt = Date.now()
      void askNow.current(true)
    }
    const renew = () => {
      if (Date.now() - offeredAt > offerLifetimeMilliseconds) void make()
    }
    offer.current = () => void make()
    void make()
    window.addEventListener('focusin', renew)
    return () => {
      isGone = true
      offer.current = null
      window.removeEventListener('focusin', renew)
      void stopAsking()
    }
  }, [isAutofilled])

  if (!canAsk) return null
  return (
    <div className="grid gap-4">
      {problem && (
        <Notice key={problem.count} tone="danger">
          {problem.text}
        </Notice>
      )}
      <button
        type="button"
        aria-disabled={isBusy || undefined}
        disabled={!hasScripts}
        onClick={() => {
          if (isBusy) return
          setProblem(null)
          setBusy(true)
          void ask(false)
        }}
        className={buttonStyle({ wide: true, variant })}
      >
        {isBusy && (
          <span
            aria-hidden="true"
            className="size-4 animate-spin rounded-full border-2 border-current border-r-transparent"
          />
        )}
        <span aria-live="polite">{isBusy ? texts.waiting : texts.ask}</span>
      </button>
    </div>
  )
}

const never = () => () => {}

function leaveTo(path: string | undefined): void {
  if (path) window.location.assign(path)
  else window.location.reload()
}

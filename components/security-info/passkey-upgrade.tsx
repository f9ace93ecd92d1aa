'use client'

import { useEffect, useRef, useState } from 'react'
import type { PublicKeyCredentialCreationOptionsJSON } from '@/lib/authentication-methods/kinds/passkey'
import { canCreateQuietly, createQuietly, signalUnknown, stopAsking } from '../registration/browser-passkey'
import { type CeremonyAnswer, deviceName } from '../registration/passkey-creator'
import { ButtonLink } from '../ui/button'
import { Notice } from '../ui/notice'

/** Asked once while the tab lives: a browser that did not want to will not want to on the next page either. */
const asked = 'twofold.passkey-upgrade'

/**
 * Lets the browser make a passkey by itself, where it can, and says so when it did. Whatever does not work is silent: nobody
 * asked for anything.
 */
export function PasskeyUpgrade({
  start,
  finish,
  formToken,
  texts,
}: {
  start: (argument: unknown) => Promise<CeremonyAnswer<PublicKeyCredentialCreationOptionsJSON>>
  /** Its value is the new method's id. */
  finish: (argument: unknown) => Promise<CeremonyAnswer<string>>
  formToken: string
  texts: { made: string; text: string; show: string }
}) {
  const [methodId, setMethodId] = useState<string | null>(null)
  const isAsking = useRef(false)
  useEffect(() => {
    if (isAsking.current || sessionStorage.getItem(asked) !== null) return
    isAsking.current = true
    const upgrade = async () => {
      if (!(await canCreateQuietly())) return
      sessionStorage.setItem(asked, 'yes')
      const started = await start({ formToken })
      if (!started.ok || !started.value) return
      const made = await createQuietly(started.value)
      if (!made.ok) return
      const finished = await finish({ formToken, response: made.response, name: deviceName(null) })
      if (finished.ok && finished.value) setMethodId(finished.value)
      else if (!finished.ok && finished.code !== 'service.unknown_outcome')
        await signalUnknown(started.value.rp.id, made.response.id)
    }
    upgrade().catch(() => undefined)
    return () => void stopAsking()
  }, [start, finish, formToken])
  if (methodId === null) return null
  return (
    <Notice
      tone="success"
      title={texts.made}
      actions={
        <ButtonLink href={`/security-info?method=${methodId}`} size="small">
          {texts.show}
        </ButtonLink>
      }
    >
      {texts.text}
    </Notice>
  )
}

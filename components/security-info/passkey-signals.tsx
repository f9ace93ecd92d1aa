'use client'

import { useEffect } from 'react'
import type { OwnPasskeys } from '@/lib/security-info/model'
import { signalOwn } from '../registration/browser-passkey'

/**
 * Tells the browser which passkeys its owner has here and under which name, so that password managers hide what was removed and
 * show the name of today. Shows nothing, and asks nothing of browsers that cannot be told.
 */
export function PasskeySignals({ passkeys }: { passkeys: OwnPasskeys }) {
  useEffect(() => {
    void signalOwn(passkeys)
  }, [passkeys])
  return null
}

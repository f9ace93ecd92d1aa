'use server'

import { z } from 'zod'
import { acceptTerms, declineTerms } from '@/lib/registration/terms-of-use'
import { formAction } from '@/lib/request/action'
import { goOn } from '@/lib/request/go-on'
import { safeReturnTo } from '@/lib/request/return-to'
import { ok } from '@/lib/result'
import { type SessionStage, sessionStages } from '@/lib/sign-in/model'

const returnTo = z.string().max(512).default('')

/** Accepts the text that the page showed, and goes on where the person was. */
export const acceptTermsAction = formAction({
  name: 'acceptTerms',
  who: sessionStages,
  schema: z.strictObject({
    id: z.guid(),
    textVersion: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
    language: z.string().max(16),
    returnTo,
  }),
  run: async (asking, { returnTo: wanted, ...shown }) => {
    const accepted = await acceptTerms(asking, shown)
    const isSigningIn = asking.session.stage === 'firstFactor'
    if (accepted.ok) {
      const { tokens, by } = accepted.value
      // After the wizard it is the sign-in that waits; inside it, the wizard.
      if (isSigningIn || (by === 'signIn' && asking.session.stage === 'registration'))
        return goOn({ ...asking, session: tokens.session }, tokens)
      return ok({ go: backOf(asking.session.stage, wanted), session: tokens })
    }
    const { code } = accepted.failure
    // The page is drawn anew with the newest text, and says so.
    if (code === 'terms.changed_meanwhile') return ok({ go: pathOf(shown.id, wanted) })
    // What nobody asks any more needs no answer: on with what was wanted.
    if (code !== 'terms.not_asked') return accepted
    return isSigningIn ? goOn(asking, null) : ok({ go: backOf(asking.session.stage, wanted) })
  },
})

export const declineTermsAction = formAction({
  name: 'declineTerms',
  who: sessionStages,
  schema: z.strictObject({ id: z.guid(), returnTo }),
  run: async (asking, { id, returnTo: wanted }) => {
    const declined = await declineTerms(asking, id)
    if (declined.ok) return ok({ go: `/sign-in/terms/${id}/declined` })
    if (declined.failure.code !== 'terms.not_asked') return declined
    return asking.session.stage === 'firstFactor'
      ? goOn(asking, null)
      : ok({ go: backOf(asking.session.stage, wanted) })
  },
})

function pathOf(id: string, wanted: string): string {
  const back = safeReturnTo(wanted)
  return `/sign-in/terms/${id}?changed=1${back ? `&returnTo=${encodeURIComponent(back)}` : ''}`
}

function backOf(stage: SessionStage, wanted: string): string {
  return safeReturnTo(wanted) ?? (stage === 'registration' ? '/security-info/register' : '/security-info')
}

'use server'

import { z } from 'zod'
import { isRegistrableKind, type RegistrableKind } from '@/components/registration/method-path'
import { phoneModes } from '@/lib/authentication-methods/model'
import { authenticatorHints } from '@/lib/authentication-methods/passkey-profiles'
import { db } from '@/lib/platform/db'
import { cancelRegistration, finishRegistration, reviewSecurityInfo } from '@/lib/registration/finish'
import { formAction, type Outcome, scriptAction } from '@/lib/request/action'
import type { SignedInVisit } from '@/lib/request/desk'
import { goOn } from '@/lib/request/go-on'
import { ok, type Result } from '@/lib/result'
import { confirmContact, resendContactCode, startContact } from '@/lib/security-info/contact'
import { rename } from '@/lib/security-info/manage'
import { cleanName } from '@/lib/security-info/method-name'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { chosenFrom, keptQuestionFields, questionFieldsSchema } from '@/lib/security-info/question-fields'
import { registerSecurityQuestions } from '@/lib/security-info/security-questions'
import { confirmSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { endSession } from '@/lib/sign-in/session'
import { changedWizardOf, isPresentStep, presentPath, reviewPath, stepPath, wizardOf } from './wizard'

const who = ['registration'] as const
const nothing = z.strictObject({})
const code = z.string().trim().min(1, 'sign_in.code_missing').max(64)
const contact = z.string().trim().max(320)
/** The phones that the wizard may ask for; the form says which. */
const phone = z.strictObject({ kind: z.enum(['mobilePhone', 'officePhone']) })

export const skip = formAction({
  name: 'skipRegistration',
  who,
  schema: nothing,
  run: (asking) => goOn(asking, null, { skip: true }),
})

/** The browser can make no passkey, and the campaign asks for nothing else. */
export const goOnUnable = formAction({
  name: 'goOnWithoutPasskey',
  who,
  schema: nothing,
  run: (asking) => goOn(asking, null, { skip: true, isUnable: true }),
})

export const cancel = formAction({
  name: 'cancelRegistration',
  who,
  schema: nothing,
  run: async (asking) => {
    const cancelled = await cancelRegistration(asking)
    if (!cancelled.ok) return cancelled
    await endSession(db(), asking.session.id)
    return ok({ go: '/sign-in?signedOut=1', signedOut: true })
  },
})

export const startPasskeyStep = scriptAction({
  name: 'startPasskey',
  who,
  schema: z.strictObject({ hint: z.enum(authenticatorHints).nullable().default(null) }),
  run: async (asking, { hint }) => {
    if (!isDue(asking, 'passkey')) return ok({ go: await movedPath(asking) })
    const started = await startPasskey(asking, { hint })
    return started.ok ? ok({ value: started.value }) : started
  },
})

export const finishPasskeyStep = scriptAction({
  name: 'finishPasskey',
  who,
  schema: z.strictObject({ response: z.looseObject({ id: z.string().max(2048) }), name: z.string().max(256) }),
  run: async (asking, input) => {
    const finished = await finishPasskey(asking, { response: input.response, name: cleanName(input.name) })
    return finished.ok ? ok({ go: `${stepPath('passkey')}?added=${finished.value.methodId}` }) : finished
  },
})

export const namePasskey = formAction({
  name: 'namePasskey',
  who,
  schema: z.strictObject({ methodId: z.uuid(), name: z.string().max(256) }),
  keep: ['name'],
  run: async (asking, input) => {
    const wizard = wizardOf(asking)
    const present = wizard?.facts.methods.find(({ id }) => id === input.methodId)
    // Nothing was changed, so there is nothing to write.
    if (present && present.name === cleanName(input.name)) return ok({ go: await nextPath(asking, 'passkey') })
    const renamed = await rename(asking, { methodId: input.methodId, name: input.name })
    return renamed.ok ? ok({ go: await nextPath(asking, 'passkey') }) : renamed
  },
})

export const startApp = formAction({
  name: 'startSoftwareOath',
  who,
  schema: nothing,
  run: async (asking) => {
    if (!isDue(asking, 'softwareOath')) return ok({ go: await movedPath(asking) })
    const started = await startSoftwareOath(asking)
    return started.ok ? ok({ go: stepPath('softwareOath') }) : started
  },
})

export const confirmApp = formAction({
  name: 'confirmSoftwareOath',
  who,
  schema: z.strictObject({ code }),
  run: async (asking, input) =>
    stored(asking, 'softwareOath', await confirmSoftwareOath(asking, { code: input.code, name: null })),
})

export const sendToPhone = formAction({
  name: 'startPhone',
  who,
  schema: phone.extend({
    contact,
    contactCountry: z.string().max(2).optional(),
    extension: z.string().max(64).optional(),
    by: z.enum(phoneModes).optional(),
  }),
  keep: ['contact', 'contactCountry', 'extension', 'by'],
  run: async (asking, input) => {
    const { contactCountry: country, ...typed } = input
    if (!isDue(asking, input.kind)) return ok({ go: await movedPath(asking) })
    const started = await startContact(asking, { ...typed, country })
    return started.ok ? ok({ go: stepPath(input.kind) }) : started
  },
})

export const sendToEmail = formAction({
  name: 'startEmail',
  who,
  schema: z.strictObject({ contact }),
  keep: ['contact'],
  run: async (asking, input) => {
    if (!isDue(asking, 'email')) return ok({ go: await movedPath(asking) })
    const started = await startContact(asking, { kind: 'email', contact: input.contact })
    return started.ok ? ok({ go: stepPath('email') }) : started
  },
})

export const confirmPhone = formAction({
  name: 'confirmPhone',
  who,
  schema: phone.extend({ code }),
  run: async (asking, input) => stored(asking, input.kind, await confirmContact(asking, input)),
})

export const confirmEmail = formAction({
  name: 'confirmEmail',
  who,
  schema: z.strictObject({ code }),
  run: async (asking, input) =>
    stored(asking, 'email', await confirmContact(asking, { kind: 'email', code: input.code })),
})

export const resendToPhone = formAction({
  name: 'resendPhoneCode',
  who,
  schema: phone,
  run: async (asking, { kind }) => resent(kind, await resendContactCode(asking, kind)),
})

export const resendToEmail = formAction({
  name: 'resendEmailCode',
  who,
  schema: nothing,
  run: async (asking) => resent('email', await resendContactCode(asking, 'email')),
})

export const answerQuestions = formAction({
  name: 'answerSecurityQuestions',
  who,
  schema: questionFieldsSchema,
  keep: keptQuestionFields,
  run: async (asking, fields) => {
    if (!isDue(asking, 'securityQuestions')) return ok({ go: await movedPath(asking) })
    return stored(asking, 'securityQuestions', await registerSecurityQuestions(asking, chosenFrom(fields)))
  },
})

export const finish = formAction({
  name: 'finishRegistration',
  who,
  schema: nothing,
  run: async (asking) => {
    const finished = await finishRegistration(asking)
    if (finished.ok) return goOn(asking, null)
    return finished.failure.code === 'registration.not_finished' ? ok({ go: await movedPath(asking) }) : finished
  },
})

export const confirmReview = formAction({
  name: 'reviewSecurityInfo',
  who,
  schema: nothing,
  run: async (asking) => {
    const reviewed = await reviewSecurityInfo(asking)
    if (reviewed.ok) return goOn(asking, null)
    return reviewed.failure.code === 'registration.not_finished' ? ok({ go: await movedPath(asking) }) : reviewed
  },
})

/** Security info opens when signing in is done. Nothing was confirmed, so the next sign-in asks again. */
export const changeInstead = formAction({
  name: 'changeInsteadOfReview',
  who,
  schema: nothing,
  run: (asking) => goOn(asking, null, { skip: true, home: '/security-info' }),
})

function isDue(asking: SignedInVisit, kind: RegistrableKind): boolean {
  const wizard = wizardOf(asking)
  return wizard !== null && isPresentStep(wizard, kind)
}

/** Where the wizard stands now, with a word that it is not where the form thought. */
async function movedPath(asking: SignedInVisit): Promise<string> {
  const wizard = await changedWizardOf(asking)
  return wizard ? `${presentPath(wizard)}?moved=1` : '/sign-in?ended=1'
}

/** The next page, with a word about what was just added. `facts`: as they are now, where they are known. */
async function nextPath(asking: SignedInVisit, added: RegistrableKind, facts?: PersonFacts | null): Promise<string> {
  const wizard = facts ? wizardOf(asking, facts) : await changedWizardOf(asking)
  return wizard ? `${presentPath(wizard)}?added=${added}` : reviewPath
}

/**
 * Goes on after a method was stored. A second press of the same button finds its ceremony used up by the first: that
 * is no failure to show, when what it wanted is there.
 */
async function stored(
  asking: SignedInVisit,
  kind: RegistrableKind,
  result: Result<{ readonly methodId: string; readonly facts?: PersonFacts | null }>,
): Promise<Result<Outcome>> {
  if (result.ok) return ok({ go: await nextPath(asking, kind, result.value.facts) })
  const isUsedUp = ['registration.ceremony_used', 'registration.already_registered'].includes(result.failure.code)
  if (isUsedUp) {
    const wizard = await changedWizardOf(asking)
    if (wizard?.done.some((method) => isRegistrableKind(method.kind) && method.kind === kind)) {
      return ok({ go: await nextPath(asking, kind) })
    }
  }
  return result
}

function resent(kind: RegistrableKind, result: Result<undefined>): Result<Outcome> {
  return result.ok ? ok({ go: stepPath(kind) }) : result
}

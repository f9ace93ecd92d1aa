'use server'

import { z } from 'zod'
import { isRegistrableKind, type RegistrableKind } from '@/components/registration/method-path'
import { phoneModes } from '@/lib/authentication-methods/model'
import { authenticatorHints } from '@/lib/authentication-methods/passkey-profiles'
import { db } from '@/lib/platform/db'
import { cancelRegistration, finishRegistration, reviewSecurityInfo } from '@/lib/registration/finish'
import { formAction, type Outcome, scriptAction } from '@/lib/request/action'
import type { AskingVisit } from '@/lib/request/desk'
import { goOn } from '@/lib/request/go-on'
import { type Fail, ok, type Result } from '@/lib/result'
import { notDue, type Starting } from '@/lib/security-info/ceremony'
import { confirmContact, resendContactCode, startContact } from '@/lib/security-info/contact'
import { rename } from '@/lib/security-info/manage'
import { cleanName } from '@/lib/security-info/method-name'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { chosenFrom, keptQuestionFields, questionFieldsSchema } from '@/lib/security-info/question-fields'
import { registerSecurityQuestions } from '@/lib/security-info/security-questions'
import { confirmSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { endSession } from '@/lib/sign-in/session'
import { isPresentStep, presentPath, reviewPath, type Standing, standingNow, standingOf, stepPath } from './wizard'

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
    const started = await startPasskey(whereDue(asking, 'passkey'), { hint })
    return started.ok ? ok({ value: started.value }) : moved(asking, started)
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
    const standing = await standingNow(asking.session)
    const present = standing?.facts.methods.find(({ id }) => id === input.methodId)
    // Nothing was changed, so there is nothing to write.
    if (present && present.name === cleanName(input.name)) return ok({ go: nextPath(standing, 'passkey') })
    const renamed = await rename(asking, { methodId: input.methodId, name: input.name })
    return renamed.ok ? ok({ go: nextPath(standing, 'passkey') }) : renamed
  },
})

export const startApp = formAction({
  name: 'startSoftwareOath',
  who,
  schema: nothing,
  run: async (asking) => {
    const started = await startSoftwareOath(whereDue(asking, 'softwareOath'))
    return started.ok ? ok({ go: stepPath('softwareOath') }) : moved(asking, started)
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
    const started = await startContact(whereDue(asking, input.kind), { ...typed, country })
    return started.ok ? ok({ go: stepPath(input.kind) }) : moved(asking, started)
  },
})

export const sendToEmail = formAction({
  name: 'startEmail',
  who,
  schema: z.strictObject({ contact }),
  keep: ['contact'],
  run: async (asking, input) => {
    const started = await startContact(whereDue(asking, 'email'), { kind: 'email', contact: input.contact })
    return started.ok ? ok({ go: stepPath('email') }) : moved(asking, started)
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
    const standing = await standingNow(asking.session)
    if (!standing || !isPresentStep(standing, 'securityQuestions')) return ok({ go: movedPath(standing) })
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
    return moved(asking, finished)
  },
})

export const confirmReview = formAction({
  name: 'reviewSecurityInfo',
  who,
  schema: nothing,
  run: async (asking) => {
    const reviewed = await reviewSecurityInfo(asking)
    if (reviewed.ok) return goOn(asking, null)
    return moved(asking, reviewed)
  },
})

/** Security info opens when signing in is done. Nothing was confirmed, so the next sign-in asks again. */
export const changeInstead = formAction({
  name: 'changeInsteadOfReview',
  who,
  schema: nothing,
  run: (asking) => goOn(asking, null, { skip: true, home: '/security-info' }),
})

/** Begins only while this kind is what the present step asks for: the page of the form may have been overtaken. */
function whereDue(asking: AskingVisit, kind: RegistrableKind): Starting {
  return {
    ...asking,
    isDue: ({ session, facts }) => {
      const standing = standingOf(session, facts)
      return standing !== null && isPresentStep(standing, kind)
    },
  }
}

/** Where the wizard stands now, with a word that it is not where the form thought; any other refusal stays one. */
async function moved(asking: AskingVisit, refused: Fail): Promise<Result<Outcome>> {
  const { code } = refused.failure
  if (code !== notDue && code !== 'registration.not_finished') return refused
  return ok({ go: movedPath(await standingNow(asking.session)) })
}

function movedPath(standing: Standing | null): string {
  return standing ? `${presentPath(standing)}?moved=1` : '/sign-in?ended=1'
}

/** The next page, with a word about what was just added. */
function nextPath(standing: Standing | null, added: RegistrableKind): string {
  return standing ? `${presentPath(standing)}?added=${added}` : reviewPath
}

/**
 * Goes on after a method was stored. A second press of the same button finds its ceremony used up by the first: that
 * is no failure to show, when what it wanted is there.
 */
async function stored(
  asking: AskingVisit,
  kind: RegistrableKind,
  result: Result<{ readonly methodId: string; readonly facts?: PersonFacts | null }>,
): Promise<Result<Outcome>> {
  if (result.ok) {
    const { facts } = result.value
    return ok({ go: nextPath(facts ? standingOf(asking.session, facts) : await standingNow(asking.session), kind) })
  }
  const isUsedUp = ['registration.ceremony_used', 'registration.already_registered'].includes(result.failure.code)
  if (isUsedUp) {
    const standing = await standingNow(asking.session)
    if (standing?.done.some((method) => isRegistrableKind(method.kind) && method.kind === kind)) {
      return ok({ go: nextPath(standing, kind) })
    }
  }
  return result
}

function resent(kind: RegistrableKind, result: Result<undefined>): Result<Outcome> {
  return result.ok ? ok({ go: stepPath(kind) }) : result
}

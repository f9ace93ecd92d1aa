'use server'

import { z } from 'zod'
import { pathWordOf } from '@/components/registration/method-path'
import type { PublicKeyCredentialCreationOptionsJSON } from '@/lib/authentication-methods/kinds/passkey'
import { phoneKinds, phoneModes } from '@/lib/authentication-methods/model'
import { authenticatorHints } from '@/lib/authentication-methods/passkey-profiles'
import { formAction, type Outcome, scriptAction } from '@/lib/request/action'
import { isForPerson } from '@/lib/request/page'
import { fail, ok, type Result } from '@/lib/result'
import { confirmContact, resendContactCode, startContact } from '@/lib/security-info/contact'
import { confirmHardwareOath, startHardwareOath } from '@/lib/security-info/hardware-oath'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { chosenFrom, keptQuestionFields, questionFieldsSchema } from '@/lib/security-info/question-fields'
import { registerSecurityQuestions } from '@/lib/security-info/security-questions'
import { confirmSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'

const code = z.string().max(64)

/** A number or an address to add; with `methodId`, to put in the place of the one that is there. */
const contactForm = z.strictObject({ kind: z.enum([...phoneKinds, 'email']), methodId: z.guid().optional() })
type ContactForm = z.output<typeof contactForm>

export const sendContactCode = formAction({
  name: 'sendContactCode',
  who: ['full'],
  schema: contactForm.extend({
    contact: z.string().max(512),
    contactCountry: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    extension: z.string().max(64).optional(),
    by: z.enum(phoneModes).optional(),
  }),
  keep: ['contact', 'contactCountry', 'extension', 'by'],
  run: async (asking, { contact, contactCountry: country, extension, by, ...form }) =>
    settle(await startContact(asking, { kind: form.kind, contact, country, extension, by }), placeOf(form)),
})

export const resendCode = formAction({
  name: 'resendContactCode',
  who: ['full'],
  schema: contactForm,
  run: async (asking, form) => settle(await resendContactCode(asking, form.kind), placeOf(form)),
})

export const confirmContactCode = formAction({
  name: 'confirmContactCode',
  who: ['full'],
  schema: contactForm.extend({ code }),
  run: async (asking, { code: typed, ...form }) => {
    const done = form.methodId ? 'changed' : 'added'
    const there = `/security-info?done=${done}&kind=${form.kind}`
    return settle(await confirmContact(asking, { kind: form.kind, code: typed }), placeOf(form), there)
  },
})

function placeOf({ kind, methodId }: ContactForm): string {
  return methodId ? `/security-info/change/${methodId}` : `/security-info/add/${pathWordOf(kind)}`
}

const appPlace = `/security-info/add/${pathWordOf('softwareOath')}`

export const startApp = formAction({
  name: 'startApp',
  who: ['full'],
  schema: z.strictObject({}),
  run: async (asking) => settle(await startSoftwareOath(asking), appPlace),
})

export const confirmApp = formAction({
  name: 'confirmApp',
  who: ['full'],
  schema: z.strictObject({ code, name: z.string().max(256).default('') }),
  keep: ['name'],
  run: async (asking, { code: typed, name }) =>
    settle(
      await confirmSoftwareOath(asking, { code: typed, name: name.trim() || null }),
      appPlace,
      '/security-info?done=added&kind=softwareOath',
    ),
})

const tokenPlace = `/security-info/add/${pathWordOf('hardwareOath')}`

export const startToken = formAction({
  name: 'startToken',
  who: ['full'],
  schema: z.strictObject({ serialNumber: z.string().max(256), name: z.string().max(256).default('') }),
  keep: ['serialNumber', 'name'],
  run: async (asking, { serialNumber, name }) =>
    settle(await startHardwareOath(asking, { serialNumber, name: name.trim() || null }), tokenPlace),
})

export const confirmToken = formAction({
  name: 'confirmToken',
  who: ['full'],
  schema: z.strictObject({ code }),
  run: async (asking, { code: typed }) =>
    settle(
      await confirmHardwareOath(asking, { code: typed }),
      tokenPlace,
      '/security-info?done=added&kind=hardwareOath',
    ),
})

const questionsPlace = `/security-info/add/${pathWordOf('securityQuestions')}`

export const answerQuestions = formAction({
  name: 'answerSecurityQuestions',
  who: ['full'],
  schema: questionFieldsSchema,
  keep: keptQuestionFields,
  run: async (asking, fields) =>
    settle(
      await registerSecurityQuestions(asking, chosenFrom(fields)),
      questionsPlace,
      '/security-info?done=added&kind=securityQuestions',
    ),
})

const passkeyPlace = `/security-info/add/${pathWordOf('passkey')}`

const hinted = z.strictObject({ hint: z.enum(authenticatorHints).nullable().default(null) })

export const startPasskeyRegistration = scriptAction<
  typeof hinted,
  readonly ['full'],
  PublicKeyCredentialCreationOptionsJSON
>({
  name: 'startPasskey',
  who: ['full'],
  schema: hinted,
  run: async (asking, { hint }) => {
    const started = await startPasskey(asking, { hint })
    return started.ok ? ok({ value: started.value }) : returningTo(started, passkeyPlace)
  },
})

export const finishPasskeyRegistration = scriptAction({
  name: 'finishPasskey',
  who: ['full'],
  schema: z.strictObject({ response: z.unknown(), name: z.string().max(256).nullable().default(null) }),
  run: async (asking, { response, name }) => {
    const finished = await finishPasskey(asking, { response, name })
    return finished.ok
      ? ok({ go: `/security-info?done=added&kind=passkey&method=${finished.value.methodId}` })
      : returningTo(finished, passkeyPlace)
  },
})

/** On to `there`, or back to the form's own page, which shows the next half of the ceremony. */
function settle(result: Result<unknown>, place: string, there: string = place): Result<Outcome> {
  // A second press of the button, or one after an answer that was lost: what it wanted is there.
  if (result.ok || result.failure.code === 'registration.ceremony_used') return ok({ go: there })
  if (result.failure.code === 'security_info.changed_elsewhere')
    return ok({ go: '/security-info?done=changedElsewhere' })
  return returningTo(result, place)
}

/** A refusal that the person can do something about says where the person goes on afterwards. */
function returningTo(refused: Exclude<Result<unknown>, { ok: true }>, returnTo: string): Result<never> {
  const { failure } = refused
  if (!isForPerson(failure)) return refused
  return fail(failure.kind, failure.code, { details: { ...failure.details, returnTo } })
}

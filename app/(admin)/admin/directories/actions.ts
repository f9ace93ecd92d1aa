'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { addConnector, removeConnector, requestSync, updateConnector } from '@/lib/directory/connector/commands'
import type { ConnectorFailureCode } from '@/lib/directory/connector/model'
import { tryConnector } from '@/lib/directory/connector/try'
import { boundText, formAction, staleProof } from '@/lib/request/action'
import { type Fail, type Failure, fail, failTogether, ok } from '@/lib/result'
import { type ConnectorFields, connectorFieldsSchema, connectorOf, fieldOf, keptFields } from './fields'
import { trialLines } from './words'

const door = { who: ['full'], right: 'directories.update' } as const
const list = '/admin/directories'

/**
 * Servers get everybody's passwords, and the threshold guards everybody's accounts: saving either needs a fresh proof (SEC-252). It is
 * given in another tab, because what was filled in would be lost on the way there and back.
 */
export const addDirectory = formAction({
  ...door,
  name: 'directory.add',
  schema: connectorFieldsSchema,
  keep: keptFields,
  run: async (visit, fields) => {
    if (staleProof(visit, list)) return fail('refused', 'policyChanges.fresh_elsewhere')
    const added = await addConnector(visit, connectorOf(fields), fields.bindPassword)
    return added.ok ? ok({ go: `${list}/${added.value.id}?done=added` }) : placed(added.failure, fields)
  },
})

export async function updateDirectory(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'directory.update',
    schema: connectorFieldsSchema,
    keep: keptFields,
    run: async (visit, fields) => {
      if (staleProof(visit, list)) return fail('refused', 'policyChanges.fresh_elsewhere')
      const { bindPassword, version } = fields
      const saved = await updateConnector(visit, boundText(id), connectorOf(fields), {
        version: Number(version),
        bindPassword,
      })
      return saved.ok ? ok({ go: `${list}/${boundText(id)}?done=updated` }) : placed(saved.failure, fields)
    },
  })(previous, data)
}

export async function removeDirectory(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'directory.remove',
    schema: z.strictObject({ version: z.string().regex(/^\d{1,9}$/) }),
    run: async (visit, { version }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}/remove`)
      if (stale) return stale
      const gone = await removeConnector(visit, boundText(id), Number(version))
      return gone.ok ? ok({ go: `${list}?done=removed` }) : gone
    },
  })(previous, data)
}

export async function synchroniseNow(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'directory.synchronise',
    schema: z.strictObject({}),
    run: async (visit) => {
      const asked = await requestSync(visit, boundText(id))
      return asked.ok ? ok({ go: `${list}/${boundText(id)}?done=asked` }) : asked
    },
  })(previous, data)
}

/** Lets the next run carry out what the newest one held back. */
export async function allowHeld(id: string, runId: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'directory.allowHeld',
    schema: z.strictObject({}),
    run: async (visit) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}/runs/${boundText(runId)}`)
      if (stale) return stale
      const asked = await requestSync(visit, boundText(id), boundText(runId))
      return asked.ok ? ok({ go: `${list}/${boundText(id)}?done=asked` }) : asked
    },
  })(previous, data)
}

export async function testDirectory(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let lines: readonly string[] = []
  const answer = await formAction({
    ...door,
    name: 'directory.test',
    schema: z.strictObject({}),
    run: async (visit) => {
      const tried = await tryConnector(visit, boundText(id))
      if (!tried.ok) return tried
      lines = trialLines(tried.value)
      return ok({})
    },
  })(previous, data)
  return { ...answer, values: { ...answer.values, lines } }
}

/** Each fault beside the field that it is about; a password that was typed is gone, which is said beside its field. */
function placed(
  { others = [], ...first }: Failure<ConnectorFailureCode>,
  { bindPassword }: Pick<ConnectorFields, 'bindPassword'>,
): Fail {
  const again = { kind: 'invalid', code: 'directory.connector_password_again', field: 'bindPassword' } as const
  const all: readonly Failure[] = bindPassword === '' ? others : [...others, again]
  return failTogether<string>(inForm(first), ...all.map(inForm))
}

function inForm(failure: Failure): Failure {
  return { ...failure, field: fieldOf(failure.field) }
}

import 'server-only'
import { notFound } from 'next/navigation'
import { asItHolds, readMethodsPolicy } from '@/lib/authentication-methods/store'
import { db } from '@/lib/platform/db'
import { policiesNow } from '@/lib/policy-changes/commands'
import { changedMethodsPolicy, type Effect, effects, methodsChangeSchema } from '@/lib/policy-changes/model'
import { readProposal, readVersion } from '../../proposal'
import { methodsPath, placeOf } from '../places'

export type ProposalQuery = {
  readonly change?: string
  readonly version?: string
  readonly effect?: string
  readonly after?: string
}

/** The change that an address proposes, beside what is stored. An address that proposes none leads nowhere. */
export async function proposedMethods(query: ProposalQuery) {
  const change = readProposal(methodsChangeSchema, query.change)
  if (!change) notFound()
  const { document, version } = await readMethodsPolicy(db())
  const changed = changedMethodsPolicy(document, change)
  if (!changed.ok) notFound()
  const now = await policiesNow(db())
  const proposal = { change: String(query.change), version: readVersion(query.version) }
  const parameters = `version=${proposal.version}&change=${proposal.change}`
  return {
    change,
    proposal,
    before: document,
    after: changed.document,
    policies: {
      before: now,
      after: { methods: asItHolds(changed.document), passwordReset: now.passwordReset },
    },
    isChangedMeanwhile: version !== proposal.version,
    hrefs: {
      newest: placeOf(change),
      edit: `${placeOf(change)}?${parameters}`,
      preview: `${methodsPath}/preview?${parameters}`,
      people: (effect: Effect) => `${methodsPath}/preview/people?effect=${effect}&${parameters}`,
      passkeys: `${methodsPath}/preview/passkeys?${parameters}`,
    },
  }
}

export function effectOf(text: string | undefined): Effect {
  return effects.find((effect) => effect === text) ?? notFound()
}

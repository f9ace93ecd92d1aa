import 'server-only'
import { notFound } from 'next/navigation'
import { readPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { db } from '@/lib/platform/db'
import { policiesNow } from '@/lib/policy-changes/commands'
import type { Effect } from '@/lib/policy-changes/model'
import { changedResetPolicy, passwordResetChangeSchema } from '@/lib/policy-changes/reset-change'
import type { ProposalQuery } from '../../authentication-methods/preview/proposed'
import { readProposal, readVersion } from '../../proposal'

const page = '/admin/password-reset'

/** The change that an address proposes, beside what is stored. An address that proposes none leads nowhere. */
export async function proposedReset(query: ProposalQuery) {
  const change = readProposal(passwordResetChangeSchema, query.change)
  const { document, version } = await readPasswordResetPolicy(db())
  const after = change && changedResetPolicy(document, change)
  if (!after) notFound()
  const now = await policiesNow(db())
  const proposal = { change: String(query.change), version: readVersion(query.version) }
  const parameters = `version=${proposal.version}&change=${proposal.change}`
  return {
    proposal,
    before: document,
    after,
    policies: { before: now, after: { methods: now.methods, passwordReset: after } },
    isChangedMeanwhile: version !== proposal.version,
    hrefs: {
      newest: page,
      edit: `${page}?${parameters}`,
      preview: `${page}/preview?${parameters}`,
      people: (effect: Effect) => `${page}/preview/people?effect=${effect}&${parameters}`,
    },
  }
}

import 'server-only'
import { notFound } from 'next/navigation'
import {
  campaignAsItHolds,
  mfaRegistrationChangeSchema,
  registrationCampaignSchema,
} from '@/lib/authentication-methods/registration-policy'
import { readMfaRegistrationPolicy, readRegistrationCampaign } from '@/lib/authentication-methods/store'
import { db } from '@/lib/platform/db'
import { policiesNow } from '@/lib/policy-changes/commands'
import { demandsNow } from '@/lib/policy-changes/registration'
import { type DemandChange, type DemandEffect, demandEffects } from '@/lib/reports/registration-demands'
import type { ProposalQuery } from '../authentication-methods/preview/proposed'
import { readProposal, readVersion } from '../proposal'

export const registrationPath = '/admin/registration'
export const mfaPolicyPath = `${registrationPath}/mfa-policy`
export const campaignPath = `${registrationPath}/campaign`

type Proposed<Document> = {
  readonly proposal: { readonly change: string; readonly version: number }
  readonly before: Document
  readonly after: Document
  readonly change: Omit<DemandChange, 'now'>
  readonly isChangedMeanwhile: boolean
  readonly hrefs: ReturnType<typeof hrefsOf>
}

/** The MFA registration policy that an address proposes, beside the one stored. An address that proposes none leads nowhere. */
export async function proposedPolicy(query: ProposalQuery) {
  const after = readProposal(mfaRegistrationChangeSchema, query.change)
  if (!after) notFound()
  const { document, version } = await readMfaRegistrationPolicy(db())
  const { enforcedSince: _, ...before } = document
  const now = await demandsNow(db())
  const change = { before: now, after: { ...now, mfaRegistration: after }, policies: await policiesNow(db()) }
  return proposed(query, mfaPolicyPath, version, { before, after, change })
}

/** As `proposedPolicy`, for the campaign. */
export async function proposedCampaign(query: ProposalQuery) {
  const after = readProposal(registrationCampaignSchema, query.change)
  if (!after) notFound()
  const { document, version } = await readRegistrationCampaign(db())
  const now = await demandsNow(db())
  const policies = await policiesNow(db())
  const campaign = campaignAsItHolds(after, policies.methods)
  const change = { before: now, after: { ...now, campaign }, policies }
  return proposed(query, campaignPath, version, { before: document, after, change })
}

function proposed<Document>(
  query: ProposalQuery,
  path: string,
  version: number,
  what: Pick<Proposed<Document>, 'before' | 'after' | 'change'>,
): Proposed<Document> {
  const proposal = { change: String(query.change), version: readVersion(query.version) }
  const parameters = `version=${proposal.version}&change=${proposal.change}`
  return { ...what, proposal, isChangedMeanwhile: version !== proposal.version, hrefs: hrefsOf(path, parameters) }
}

function hrefsOf(path: string, parameters: string) {
  return {
    newest: path,
    edit: `${path}?${parameters}`,
    preview: `${path}/preview?${parameters}`,
    people: (effect: DemandEffect) => `${path}/preview/people?effect=${effect}&${parameters}`,
  }
}

export function demandEffectOf(text: string | undefined): DemandEffect {
  return demandEffects.find((effect) => effect === text) ?? notFound()
}

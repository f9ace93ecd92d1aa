import 'server-only'
import type { StrengthChoice, TermsChoice } from '@/components/conditional-access/grant-section'
import type { PlaceChoice } from '@/components/conditional-access/locations-section'
import type { PolicyValues } from '@/components/conditional-access/policy-fields'
import type { ContextChoice } from '@/components/conditional-access/target-section'
import type { PeopleChoices } from '@/components/conditional-access/users-section'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { listContexts } from '@/lib/conditional-access/contexts-store'
import { mfaTrustedIpsId } from '@/lib/conditional-access/model'
import { listNamedLocations, listStrengths, loadMfaTrustedRanges } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { listLiveTerms } from '@/lib/terms-of-use/store'
import { firstChoices } from './draft'

export type EditorChoices = {
  readonly choices: PeopleChoices
  readonly places: readonly PlaceChoice[]
  readonly strengths: readonly StrengthChoice[]
  readonly terms: readonly TermsChoice[]
  readonly contexts: readonly ContextChoice[]
}

/** What the policy form offers to choose from. */
export async function editorChoices(values: PolicyValues): Promise<EditorChoices> {
  const locations = await listNamedLocations(db())
  const mfaTrustedRanges = await loadMfaTrustedRanges(db())
  const mfaTrusted = { id: mfaTrustedIpsId, name: t('conditionalAccess.place.mfa_trusted'), isTrusted: true }
  return {
    choices: await firstChoices(values),
    places: [
      ...locations.map(({ id, displayName, isTrusted }) => ({ id, name: displayName, isTrusted })),
      ...(mfaTrustedRanges.length > 0 ? [mfaTrusted] : []),
    ],
    strengths: [...builtInStrengths, ...(await listStrengths(db()))].map(({ id, displayName }) => ({
      id,
      name: displayName,
    })),
    terms: (await listLiveTerms(db())).map(({ id, displayName }) => ({ id, name: displayName })),
    contexts: await listContexts(db()),
  }
}

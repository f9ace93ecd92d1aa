import { registerSecurityInformation } from './conditions-model'
import type { PolicyDocument } from './model'

/** What a policy asks for that nothing here can tell, do or ask about yet. It is decided all the same, and says how. */
export type PolicyNote = 'device' | 'risk' | 'platform' | 'client' | 'flow' | 'target' | 'notOffered'

const deviceControls = ['compliantDevice', 'domainJoinedDevice', 'compliantApplication']

/** @see `00` §7, D5 */
export function notesAbout({ conditions, grantControls }: PolicyDocument): readonly PolicyNote[] {
  const { applications: target, platforms, clientAppTypes, devices, authenticationFlows } = conditions
  const { builtInControls, termsOfUse } = grantControls
  const risks = [conditions.signInRiskLevels, conditions.userRiskLevels, conditions.insiderRiskLevels ?? []]
  const isAskedHere =
    target.includeApplications.length > 0 || target.includeUserActions.includes(registerSecurityInformation)
  const isForBrowsers = clientAppTypes.includes('all') || clientAppTypes.includes('browser')
  const notes: readonly [PolicyNote, boolean][] = [
    ['device', devices !== null || builtInControls.some((control) => deviceControls.includes(control))],
    ['risk', risks.some((levels) => levels.length > 0)],
    ['platform', platforms !== null],
    ['client', !isForBrowsers],
    ['flow', authenticationFlows !== null],
    ['target', !isAskedHere],
    ['notOffered', builtInControls.includes('passwordChange') || termsOfUse.length > 0],
  ]
  return notes.filter(([, applies]) => applies).map(([note]) => note)
}

import { registerSecurityInformation, resetPassword } from './conditions-model'
import type { PolicyDocument, SessionControls } from './model'

/** What a policy asks for that nothing here can tell, do or ask about yet. It is decided all the same, and says how. */
export type PolicyNote = 'device' | 'risk' | 'platform' | 'client' | 'flow' | 'target' | 'session'

const deviceControls = ['compliantDevice', 'domainJoinedDevice', 'compliantApplication']

/** @see `00` §7, D5 */
export function notesAbout({ conditions, grantControls, sessionControls }: PolicyDocument): readonly PolicyNote[] {
  const { applications: target, platforms, clientAppTypes, devices, authenticationFlows } = conditions
  const { builtInControls } = grantControls
  const risks = [conditions.signInRiskLevels, conditions.userRiskLevels, conditions.insiderRiskLevels ?? []]
  const isAskedHere =
    target.includeApplications.length > 0 ||
    target.includeUserActions.some((action) => action === registerSecurityInformation || action === resetPassword)
  const isForBrowsers = clientAppTypes.includes('all') || clientAppTypes.includes('browser')
  const notes: readonly [PolicyNote, boolean][] = [
    ['device', devices !== null || builtInControls.some((control) => deviceControls.includes(control))],
    ['risk', risks.some((levels) => levels.length > 0)],
    ['platform', platforms !== null],
    ['client', !isForBrowsers],
    ['flow', authenticationFlows !== null],
    ['target', !isAskedHere],
    ['session', keptOnly(sessionControls).length > 0],
  ]
  return notes.filter(([, applies]) => applies).map(([note]) => note)
}

export const keptControls = [
  'applicationEnforcedRestrictions',
  'cloudAppSecurity',
  'continuousAccessEvaluation',
  'disableResilienceDefaults',
  'secureSignInSession',
] as const satisfies readonly (keyof SessionControls)[]

/** The session controls that are kept and shown, and that nothing here enforces. */
export function keptOnly(controls: SessionControls | null): readonly (typeof keptControls)[number][] {
  return keptControls.filter((name) => controls?.[name])
}

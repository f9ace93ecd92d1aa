/**
 * English. One file per room; a key begins with its file's word, then screen, then element: `signIn.password.heading`.
 * Sentences are ICU messages with named placeholders. Keys are unique over all files (a test says so).
 */
import { admin } from './admin'
import { conditionalAccess } from './conditional-access'
import { coverage } from './coverage'
import { delivery } from './delivery'
import { directories } from './directories'
import { directoryFiles } from './directory-files'
import { directoryPassword } from './directory-password'
import { failures } from './failures'
import { impact } from './impact'
import { mailSettings } from './mail-settings'
import { methodsPolicy } from './methods-policy'
import { namedLocations } from './named-locations'
import { notifications } from './notifications'
import { passkeyProfiles } from './passkey-profiles'
import { password } from './password'
import { passwordProtection } from './password-protection'
import { passwordReset } from './password-reset'
import { passwordResetPolicy } from './password-reset-policy'
import { policies } from './policies'
import { policyChanges } from './policy-changes'
import { policyFiles } from './policy-files'
import { policyLife } from './policy-life'
import { policyTrials } from './policy-trials'
import { registration } from './registration'
import { registrationPolicies } from './registration-policies'
import { resetUsage } from './reset-usage'
import { securityInfo } from './security-info'
import { securityQuestions } from './security-questions'
import { signIn } from './sign-in'
import { strengths } from './strengths'
import { terms } from './terms'
import { tokens } from './tokens'
import { trouble } from './trouble'
import { ui } from './ui'
import { whatIf } from './what-if'

export const sections = {
  admin,
  conditionalAccess,
  coverage,
  delivery,
  directories,
  directoryFiles,
  directoryPassword,
  failures,
  impact,
  mailSettings,
  methodsPolicy,
  namedLocations,
  notifications,
  passkeyProfiles,
  password,
  passwordProtection,
  passwordReset,
  passwordResetPolicy,
  policies,
  policyChanges,
  policyTrials,
  policyLife,
  policyFiles,
  registration,
  registrationPolicies,
  resetUsage,
  securityInfo,
  securityQuestions,
  signIn,
  strengths,
  terms,
  tokens,
  trouble,
  ui,
  whatIf,
}

export const messages = {
  ...admin,
  ...conditionalAccess,
  ...coverage,
  ...delivery,
  ...directories,
  ...directoryFiles,
  ...directoryPassword,
  ...failures,
  ...impact,
  ...mailSettings,
  ...methodsPolicy,
  ...namedLocations,
  ...notifications,
  ...passkeyProfiles,
  ...password,
  ...passwordProtection,
  ...passwordReset,
  ...passwordResetPolicy,
  ...policies,
  ...policyChanges,
  ...policyTrials,
  ...policyLife,
  ...policyFiles,
  ...registration,
  ...registrationPolicies,
  ...resetUsage,
  ...securityInfo,
  ...securityQuestions,
  ...signIn,
  ...strengths,
  ...terms,
  ...tokens,
  ...trouble,
  ...ui,
  ...whatIf,
} as const

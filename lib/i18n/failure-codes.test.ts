import { expect, expectTypeOf, it } from 'vitest'
import { type ConditionalAccessFailureCode, failureCodes } from '../conditional-access/model'
import { type ConnectorFailureCode, connectorFailureCodes } from '../directory/connector/model'
import { type DirectoryFilesFailureCode, failureCodes as directoryFilesFailureCodes } from '../directory-files/model'
import type { HardwareOathFailureCode } from '../hardware-oath/model'
import { type MailFailureCode, mailFailureCodes } from '../notifications/model'
import { type PasswordChangeFailureCode, failureCodes as passwordFailureCodes } from '../password-change/model'
import { type PasswordResetFailureCode, failureCodes as resetFailureCodes } from '../password-reset/model'
import { type PolicyFilesFailureCode, failureCodes as policyFilesFailureCodes } from '../policy-files/model'
import { type PolicyTrialsFailureCode, failureCodes as trialFailureCodes } from '../policy-trials/model'
import type { SecurityInfoFailureCode } from '../security-info/model'
import type { SignInFailureCode } from '../sign-in/model'
import { type TermsFailureCode, failureCodes as termsFailureCodes } from '../terms-of-use/model'
import { hasMessage, type MessageKey } from './format'

type FailureCode =
  | ConditionalAccessFailureCode
  | ConnectorFailureCode
  | DirectoryFilesFailureCode
  | HardwareOathFailureCode
  | MailFailureCode
  | PasswordChangeFailureCode
  | PolicyTrialsFailureCode
  | PolicyFilesFailureCode
  | PasswordResetFailureCode
  | SecurityInfoFailureCode
  | SignInFailureCode
  | TermsFailureCode

it('every failure code of every room has its sentence', () => {
  // The types say it for the compiler; the list says it for the run.
  expectTypeOf<Exclude<`failure.${FailureCode}`, MessageKey>>().toBeNever()
  expect(
    [
      ...failureCodes,
      ...connectorFailureCodes,
      ...directoryFilesFailureCodes,
      ...mailFailureCodes,
      ...passwordFailureCodes,
      ...policyFilesFailureCodes,
      ...resetFailureCodes,
      ...termsFailureCodes,
      ...trialFailureCodes,
    ].filter((code) => !hasMessage(`failure.${code}`)),
  ).toEqual([])
})

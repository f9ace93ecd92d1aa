import 'server-only'

export type { Asking } from './change'
export { nameContexts } from './contexts'
export { keepingAWayIn } from './guard'
export { updateMfaTrustedIps } from './mfa-trusted-ips'
export {
  createNamedLocation,
  deleteNamedLocation,
  type LocationInput,
  type SavedLocation,
  updateNamedLocation,
} from './named-locations'
export {
  createPolicy,
  deletePolicy,
  duplicatePolicy,
  emergencyDisablePolicy,
  type PolicyInput,
  type SavedPolicy,
  setPolicyState,
  updatePolicy,
} from './policies'
export { restoreNamedLocation, restorePolicy } from './restore'
export { createStrength, deleteStrength, updateStrength } from './strengths'
export { createTerms, retireTerms, updateTerms } from './terms-of-use'

import 'server-only'

export type { Asking } from './change'
export { nameContexts } from './contexts'
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
  emergencyDisablePolicy,
  type PolicyInput,
  type SavedPolicy,
  setPolicyState,
  updatePolicy,
} from './policies'
export { createStrength, deleteStrength, updateStrength } from './strengths'
export { createTerms, retireTerms, updateTerms } from './terms-of-use'

import type { MethodsChange } from '@/lib/policy-changes/model'

export const methodsPath = '/admin/authentication-methods'
export const profilesPath = `${methodsPath}/passkey-profiles`

/** The page whose form a change came from. */
export function placeOf(change: MethodsChange): string {
  switch (change.part) {
    case 'passkeyProfile':
      return `${profilesPath}/${'removed' in change ? change.removed : change.profile.id}`
    case 'passkeyAssignments':
      return `${profilesPath}/assignments`
    default:
      return `${methodsPath}/${change.part}`
  }
}

/** The list that shows the change once it is saved. */
export function listOf({ part }: MethodsChange): string {
  return part === 'passkeyProfile' || part === 'passkeyAssignments' ? profilesPath : methodsPath
}

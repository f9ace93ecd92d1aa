import { z } from 'zod'
import { allUsers, type MethodsPolicy, type PasskeyProfile } from '@/lib/authentication-methods/policy-model'
import type { MethodsChange } from '@/lib/policy-changes/model'
import { pickerFields } from '../fields'

/** The two forms of passkey profiles: what they send, and the change that this asks for. */
const text = (max: number) => z.string().max(max).default('')

export const profileFieldsSchema = z.strictObject({
  intent: z.enum(['preview', 'find-models']).default('preview'),
  version: text(16),
  name: text(256),
  deviceBound: text(8),
  synced: text(8),
  attestation: text(8),
  restriction: z.enum(['none', 'allow', 'block']),
  models: z.array(z.string().max(64)).max(500).default([]),
  modelSearch: text(256),
  aaguids: text(8192),
})
export type ProfileFields = z.output<typeof profileFieldsSchema>

/** The profile as the form has it; what is wrong with it, the document says. */
export function profileChange(id: string, fields: ProfileFields): MethodsChange {
  const types = (['deviceBound', 'synced'] as const).filter((type) => fields[type] === 'on')
  return {
    part: 'passkeyProfile',
    profile: {
      id,
      name: fields.name,
      passkeyTypes: types,
      attestationEnforcement: fields.attestation === 'on' ? 'registrationOnly' : 'disabled',
      keyRestrictions: {
        isEnforced: fields.restriction !== 'none',
        enforcementType: fields.restriction === 'block' ? 'block' : 'allow',
        aaGuids: [...new Set([...fields.models, ...typedAaguids(fields.aaguids)].map((one) => one.toLowerCase()))],
      },
    },
  }
}

export function typedAaguids(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter((part) => part !== '')
}

export function restrictionOf({ keyRestrictions }: PasskeyProfile): ProfileFields['restriction'] {
  return keyRestrictions.isEnforced ? keyRestrictions.enforcementType : 'none'
}

export const assignmentFieldsSchema = z.strictObject({
  ...pickerFields,
  intent: z.enum(['preview', 'add', 'find-include']).default('preview'),
  /** `<target>:<profile>` for each box that is ticked. */
  assigned: z.array(z.string().max(96)).max(500).default([]),
  defaultProfile: z.string().max(64),
})
export type AssignmentFields = z.output<typeof assignmentFieldsSchema>

/** The lines with a tick, and the groups to be added, with the default profile. */
export function assignmentsChange({ assigned, defaultProfile, includeGroups }: AssignmentFields): MethodsChange {
  const targets = new Map<string, string[]>()
  for (const one of assigned) {
    const [target = '', profile = ''] = one.split(':')
    targets.set(target, [...(targets.get(target) ?? []), profile])
  }
  for (const id of includeGroups) if (!targets.has(id)) targets.set(id, [defaultProfile])
  return {
    part: 'passkeyAssignments',
    defaultPasskeyProfile: defaultProfile,
    includeTargets: [...targets].map(([id, allowedPasskeyProfiles]) => ({ id, allowedPasskeyProfiles })),
  }
}

/** The targets of the form's lines: everybody first, whether passkeys are for everybody now or not. */
export function linesOf({ methods }: MethodsPolicy): readonly string[] {
  const ids = methods.passkey.includeTargets.map(({ id }) => id)
  return [allUsers, ...ids.filter((id) => id !== allUsers)]
}

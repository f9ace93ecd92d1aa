import 'server-only'
import { allUsers, type ConfigurationName, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'

/** The policy in words, line by line, so that before and after can be read beside each other. */
export type Line = { readonly term: string; readonly text: string }
export type GroupNames = ReadonlyMap<string, string>

/** What a part of the policy is called: its method, and for phones the way in which they are reached. */
export function configurationTitle(name: ConfigurationName): string {
  if (name === 'voice') return t('methodsPolicy.name.voice')
  return name === 'mobilePhone' ? t('methodsPolicy.name.text') : t(`securityInfo.method.${name}`)
}

type Targets = Pick<MethodsPolicy['systemCredentialPreferences'], 'includeTargets' | 'excludeTargets'>

export function targetsInWords({ includeTargets, excludeTargets }: Targets, names: GroupNames): string {
  const nameOf = ({ id }: { readonly id: string }) =>
    id === allUsers ? t('methodsPolicy.targets.everybody') : (names.get(id) ?? t('methodsPolicy.targets.gone'))
  const list = (targets: readonly { readonly id: string }[]) =>
    targets.map(nameOf).toSorted().join(t('admin.listSeparator'))
  if (includeTargets.length === 0) return t('methodsPolicy.targets.nobody')
  const who = list(includeTargets)
  return excludeTargets.length === 0 ? who : t('methodsPolicy.targets.except', { who, excluded: list(excludeTargets) })
}

export function methodInWords(policy: MethodsPolicy, kind: ConfigurationName, names: GroupNames): Line[] {
  const configuration = policy.methods[kind]
  return [
    { term: t('methodsPolicy.words.state'), text: t(`methodsPolicy.state.${configuration.state}`) },
    { term: t('methodsPolicy.words.targets'), text: targetsInWords(configuration, names) },
    ...ownSettingsInWords(policy, kind),
  ]
}

function ownSettingsInWords({ methods }: MethodsPolicy, kind: ConfigurationName): Line[] {
  const yesOrNo = (value: boolean) => t(value ? 'admin.yes' : 'admin.no')
  if (kind === 'passkey') {
    const { isSelfServiceRegistrationAllowed, isConditionalCreationAllowed } = methods.passkey
    return [
      { term: t('methodsPolicy.words.selfService'), text: yesOrNo(isSelfServiceRegistrationAllowed) },
      { term: t('methodsPolicy.words.conditional'), text: yesOrNo(isConditionalCreationAllowed) },
      {
        term: t('methodsPolicy.words.profiles'),
        text: methods.passkey.passkeyProfiles.map(({ name }) => name).join(t('admin.listSeparator')),
      },
    ]
  }
  if (kind === 'softwareOath') {
    const { algorithm, periodSeconds: seconds } = methods.softwareOath
    return [
      {
        term: t('methodsPolicy.words.newApps'),
        text: t('methodsPolicy.words.newApps.value', {
          algorithm: t(`methodsPolicy.app.algorithm.${algorithm}`),
          seconds,
        }),
      },
    ]
  }
  if (kind === 'mobilePhone') {
    const isUsableForSignIn = methods.mobilePhone.includeTargets.some((target) => target.isUsableForSignIn === true)
    return [{ term: t('methodsPolicy.words.signIn'), text: yesOrNo(isUsableForSignIn) }]
  }
  if (kind === 'voice') {
    return [{ term: t('methodsPolicy.words.office'), text: yesOrNo(methods.voice.isOfficePhoneAllowed) }]
  }
  if (kind !== 'temporaryAccessPass') return []
  const pass = methods.temporaryAccessPass
  return [
    {
      term: t('methodsPolicy.words.lifetimes'),
      text: t('methodsPolicy.words.lifetimes.value', {
        minimum: pass.minimumLifetimeInMinutes,
        maximum: pass.maximumLifetimeInMinutes,
        usual: pass.defaultLifetimeInMinutes,
      }),
    },
    { term: t('methodsPolicy.words.length'), text: String(pass.defaultLength) },
    {
      term: t('methodsPolicy.words.once'),
      text: t(pass.isUsableOnce ? 'methodsPolicy.words.once.yes' : 'methodsPolicy.words.once.no'),
    },
  ]
}

export function settingsInWords(policy: MethodsPolicy, names: GroupNames): Line[] {
  const { state } = policy.systemCredentialPreferences
  return [
    { term: t('methodsPolicy.words.order'), text: t(`methodsPolicy.order.${policy.wizardOrder}`) },
    { term: t('methodsPolicy.words.preferred'), text: t(`methodsPolicy.preferred.${state}`) },
    ...(state === 'disabled'
      ? []
      : [
          {
            term: t('methodsPolicy.words.preferredFor'),
            text: targetsInWords(policy.systemCredentialPreferences, names),
          },
        ]),
  ]
}

/** Ids of all groups that the policy names. */
export function namedGroups(policy: MethodsPolicy): string[] {
  const all = [...Object.values(policy.methods), policy.systemCredentialPreferences]
  return all.flatMap(({ includeTargets, excludeTargets }) =>
    [...includeTargets, ...excludeTargets].map(({ id }) => id).filter((id) => id !== allUsers),
  )
}

import { catalogue } from '@/lib/authentication-methods/catalogue'
import { authenticationMethodModeSchema } from '@/lib/authentication-methods/model'
import { multifactorCombinations, singleFactorCombinations } from '@/lib/authentication-methods/strengths'
import { t } from '@/lib/i18n'

const here: ReadonlySet<string> = new Set(['password', ...Object.values(catalogue).flatMap(({ modes }) => modes)])
const isHere = (combination: string) => combination.split(',').every((mode) => here.has(mode))

/** What a strength may allow: what somebody here can do, single factors, and what exists for strengths made elsewhere. */
export const combinationGroups = {
  here: multifactorCombinations.filter(isHere),
  single: singleFactorCombinations.filter(isHere),
  elsewhere: [...multifactorCombinations, ...singleFactorCombinations].filter((combination) => !isHere(combination)),
} as const

/** `password,sms` in words: "Password + Text message". Text that is no mode is shown as it is. */
export function combinationName(combination: string): string {
  return combination
    .split(',')
    .map((text) => {
      const mode = authenticationMethodModeSchema.safeParse(text)
      return mode.success ? t(`strengths.mode.${mode.data}`) : text
    })
    .reduce((first, second) => t('strengths.plus', { first, second }))
}

'use client'

import { type ComponentProps, useEffect, useState } from 'react'
import { useForm } from '@/components/ui/action-form'
import { classes } from '@/components/ui/classes'
import { PasswordField } from '@/components/ui/password-field'

export type StrengthTexts = {
  /** Before the word, e.g. `Strength`. */
  readonly label: string
  /** From the weakest to the strongest. */
  readonly words: readonly [string, string, string, string, string]
}

/**
 * A new password: shown on request, so it is typed once; a manager may make it by `managerRules`. While somebody types, its
 * strength is estimated in this browser, where scripts run. Every reason of the last refusal stands beside the field.
 */
export function NewPasswordField({
  managerRules,
  personalWords,
  strength,
  ...rest
}: {
  managerRules: string
  /** Words that make a password of this person weak: their names. */
  personalWords: readonly string[]
  strength: StrengthTexts
} & Omit<ComponentProps<typeof PasswordField>, 'autoComplete' | 'error'>) {
  const { answer } = useForm()
  const reasons = answer.errors.filter(({ field }) => field === rest.name).map(({ message }) => message)
  const { score, update } = useStrength(personalWords)
  // The field is empty after a refusal, and a word of praise beside the reasons would be about what was refused.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer empties the field, also one like the last.
  useEffect(() => update(''), [answer.attempt])
  return (
    <div className="grid gap-2">
      <PasswordField
        {...rest}
        {...{ passwordrules: managerRules }}
        autoComplete="new-password"
        error={reasons.length === 0 ? undefined : reasons.join(' ')}
        onChange={({ currentTarget }) => update(currentTarget.value)}
      />
      <p role="status" className={classes('flex items-center gap-3 text-sm', score === null && 'sr-only')}>
        {score !== null && (
          <>
            <span aria-hidden="true" className="grid w-32 shrink-0 grid-cols-4 gap-1">
              {[1, 2, 3, 4].map((step) => (
                <span
                  key={step}
                  className={classes(
                    'h-1.5 rounded-full forced-colors:border',
                    step <= Math.max(1, score) ? tones[score] : 'bg-border',
                  )}
                />
              ))}
            </span>
            {strength.label} {strength.words[score]}
          </>
        )}
      </p>
    </div>
  )
}

type Score = 0 | 1 | 2 | 3 | 4
const tones = ['bg-danger', 'bg-danger', 'bg-warning', 'bg-success', 'bg-success'] as const

/** Estimates the newest text only; the estimator comes with the first letter, and without it nothing is shown. */
function useStrength(personalWords: readonly string[]): { score: Score | null; update: (text: string) => void } {
  const [text, setText] = useState('')
  const [score, setScore] = useState<Score | null>(null)
  const words = personalWords.join('\n')
  useEffect(() => {
    if (text === '') return setScore(null)
    let isOld = false
    const timer = setTimeout(() => {
      import('./strength')
        .then(({ strengthOf }) => {
          if (!isOld) setScore(strengthOf(text, words.split('\n')) as Score)
        })
        .catch(() => undefined)
    }, 150)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [text, words])
  return { score, update: setText }
}

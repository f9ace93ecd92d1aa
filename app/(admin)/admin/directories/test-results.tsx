'use client'

import { useForm } from '@/components/ui/action-form'
import { Icon } from '@/components/ui/icon'

/** The lines that the test's answer brought; nothing before the first test. */
export function TestResults({
  texts,
}: {
  texts: { readonly good: string; readonly bad: string; readonly label: string }
}) {
  const { answer } = useForm()
  const lines = [answer.values.lines ?? []].flat()
  if (lines.length === 0) return null
  return (
    <div role="status">
      <ul aria-label={texts.label} className="grid gap-2">
        {lines.map((line) => {
          const [word = '', ...rest] = line.split('|')
          const isBad = word === 'bad'
          return (
            <li key={line} className="flex gap-2">
              <Icon
                name={isBad ? 'alert' : word === 'person' ? 'user' : 'check-circle'}
                className={`mt-0.5 size-5 ${isBad ? 'text-danger' : word === 'person' ? 'text-text-muted' : 'text-success'}`}
              />
              <span className="min-w-0 wrap-anywhere">
                {word !== 'person' && <span className="sr-only">{isBad ? texts.bad : texts.good}: </span>}
                <bdi>{rest.join('|')}</bdi>
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

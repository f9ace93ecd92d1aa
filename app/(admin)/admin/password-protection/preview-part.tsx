'use client'

import { useForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'

/** The end of the form: the button that shows what would change, then that, and the button that saves exactly it. */
export function PreviewPart({
  texts,
}: {
  texts: Readonly<Record<'preview' | 'title' | 'same' | 'save' | 'cancel' | 'pending', string>>
}) {
  const { answer } = useForm()
  const list = (name: string) => [answer.values[name] ?? []].flat()
  const previewed = answer.errors.length === 0 ? String(answer.values.previewed ?? '') : ''
  const changes = list('changes')
  return (
    <>
      {previewed !== '' && (
        <section
          key={answer.attempt}
          role="status"
          className="grid animate-arrive gap-3 rounded-lg border border-accent bg-accent-soft p-5"
        >
          <h2 className="text-lg font-semibold">{texts.title}</h2>
          {changes.length === 0 ? (
            <p>{texts.same}</p>
          ) : (
            <>
              <ul className="grid list-disc gap-1 pl-5">
                {changes.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
              {list('reach').map((line) => (
                <p key={line}>{line}</p>
              ))}
            </>
          )}
        </section>
      )}
      <input type="hidden" name="previewed" value={previewed} />
      <Actions>
        {previewed !== '' && changes.length > 0 && (
          <SubmitButton name="intent" value="save" pendingLabel={texts.pending}>
            {texts.save}
          </SubmitButton>
        )}
        <SubmitButton
          name="intent"
          value="preview"
          variant={previewed !== '' && changes.length > 0 ? 'secondary' : undefined}
          pendingLabel={texts.pending}
        >
          {texts.preview}
        </SubmitButton>
        <ButtonLink href="/admin" variant="secondary">
          {texts.cancel}
        </ButtonLink>
      </Actions>
    </>
  )
}

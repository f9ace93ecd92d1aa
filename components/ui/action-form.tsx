'use client'

import { useRouter } from 'next/navigation'
import {
  type ComponentProps,
  createContext,
  type ReactNode,
  useActionState,
  useContext,
  useLayoutEffect,
  useTransition,
} from 'react'
import { ErrorSummary } from './error-summary'
import { type FormAction, type FormAnswer, noAnswer } from './form-answer'
import { useFormTexts } from './form-texts'
import { Notice } from './notice'

type Form = { readonly answer: FormAnswer; readonly idPrefix: string; readonly isGoing: boolean }
const FormContext = createContext<Form>({ answer: noAnswer, idPrefix: '', isGoing: false })

/**
 * The last answer of the form around, what its ids begin with, and whether the next page is on its way; fields read
 * their error and kept value from it.
 */
export function useForm(): Form {
  return useContext(FormContext)
}

const isBrowser = typeof window !== 'undefined'

/**
 * The action as the browser calls it: where no answer comes back, the page stays, says so and keeps what was typed. That
 * stays in this page: the action is told the number of the try and nothing else. On the server the action stands as it
 * is, because only then does the form work without scripts.
 */
function overTheWire(action: FormAction, connectionLost: string): FormAction {
  return async ({ attempt }, data) => {
    try {
      return await action({ ...noAnswer, attempt }, data)
    } catch (error) {
      // The framework's own (a redirect) and faults of the server carry a digest; a lost connection has none.
      if (error instanceof Error && 'digest' in error) throw error
      return { attempt: attempt + 1, errors: [{ message: connectionLost }], values: typedIn(data) }
    }
  }
}

function typedIn(data: FormData): FormAnswer['values'] {
  const values: Record<string, string | string[]> = {}
  for (const name of new Set(data.keys())) {
    const texts = data.getAll(name).filter((value) => typeof value === 'string')
    if (name.endsWith('[]')) values[name.slice(0, -2)] = texts
    else values[name] = texts.at(-1) ?? ''
  }
  return values
}

/**
 * A form whose action answers on the same page. It works before scripts load; after a refusal it shows an error summary
 * that takes the focus, and every field inside shows its own error and keeps what was typed. Its children may be server
 * components; only this frame and the fields are in the browser. Two forms on a page with equal field names need an
 * `idPrefix` each.
 */
export function ActionForm({
  action,
  errorHeading,
  idPrefix = '',
  children,
  className = 'grid gap-6',
  ...rest
}: Omit<ComponentProps<'form'>, 'action' | 'children'> & {
  action: FormAction
  errorHeading: string
  idPrefix?: string
  children: ReactNode
}) {
  const { connectionLost } = useFormTexts()
  const [answer, send] = useActionState(isBrowser ? overTheWire(action, connectionLost) : action, noAnswer)
  const isGoing = useGoing(answer)
  const errors = answer.errors.map((error) => ({ ...error, field: error.field && `${idPrefix}${error.field}` }))
  return (
    <FormContext value={{ answer, idPrefix, isGoing }}>
      <form action={send} noValidate className={className} {...rest}>
        {errors.length > 0 && <ErrorSummary key={answer.attempt} heading={errorHeading} errors={errors} />}
        {answer.success && (
          <Notice key={answer.attempt} tone="success">
            {answer.success}
          </Notice>
        )}
        {children}
      </form>
    </FormContext>
  )
}

/**
 * Goes where the answer leads; true until that page is there. A layout effect, so that the button never looks done in
 * between. Leading to this very page means that there is something new on it.
 */
function useGoing(answer: FormAnswer): boolean {
  const router = useRouter()
  const [isGoing, startGoing] = useTransition()
  useLayoutEffect(() => {
    const { go } = answer
    if (go === undefined) return
    const isHere = go === `${window.location.pathname}${window.location.search}`
    startGoing(() => (isHere ? router.refresh() : router.push(go)))
  }, [answer, router])
  return isGoing
}

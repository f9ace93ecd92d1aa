/**
 * A sentence ready for the reader; one without a field concerns the form as a whole. `link` is the way on where there is
 * one, and opens beside this page, which keeps what was filled in.
 */
export type FormError = {
  readonly field?: string
  readonly message: string
  readonly link?: { readonly href: string; readonly text: string }
}

/**
 * What a form's action answers when it stays on the page. It travels through the browser unsigned (`useActionState`),
 * so it holds finished sentences and harmless input only: never a password, a code or anything a decision rests on.
 */
export type FormAnswer = {
  /** Counts the tries, so the same answer twice still moves focus and is announced again. */
  readonly attempt: number
  readonly errors: readonly FormError[]
  /** What was typed and may be shown again (3.3.7): the action chooses, secrets are never among them. */
  readonly values: Readonly<Record<string, string | readonly string[]>>
  /** Good news for a form that stays, announced politely. */
  readonly success?: string
  /** Where the form leads. Only where scripts sent it: without them the answer itself is a redirection. */
  readonly go?: string
}

/** The answer before anything was sent. */
export const noAnswer: FormAnswer = { attempt: 0, errors: [], values: {} }

/** An action as `ActionForm` calls it. */
export type FormAction = (previous: FormAnswer, data: FormData) => Promise<FormAnswer>

import type { ComponentProps } from 'react'

/**
 * A file to choose, with label and hint, for forms that a browser sends by itself: no kept value, because browsers never give
 * one back. `errorId` names the notice that says what was wrong with the last one.
 */
export function FileField({
  name,
  label,
  hint,
  errorId,
  ...rest
}: { name: string; label: string; hint: string; errorId: string | undefined } & Pick<
  ComponentProps<'input'>,
  'accept' | 'multiple'
>) {
  return (
    <div className="grid min-w-0 gap-1.5">
      <label htmlFor={name} className="w-fit font-medium">
        {label}
      </label>
      <p id={`${name}-hint`} className="text-sm text-text-muted">
        {hint}
      </p>
      <input
        {...rest}
        id={name}
        name={name}
        type="file"
        required
        aria-describedby={errorId ? `${name}-hint ${errorId}` : `${name}-hint`}
        aria-invalid={errorId ? true : undefined}
        className="control min-w-0 py-2"
      />
    </div>
  )
}

import { SubmitButton } from '@/components/ui/submit-button'
import { FormToken } from '@/lib/request/form-token'

/** The way out of a sign-in that is not finished, or of the wrong account. */
export function SignOutForm({ label }: { label: string }) {
  return (
    <form action="/sign-out" method="post">
      <FormToken />
      <SubmitButton variant="quiet" size="small" className="-mx-3">
        {label}
      </SubmitButton>
    </form>
  )
}

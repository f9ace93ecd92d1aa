import { Wordmark } from '@/components/shell/wordmark'
import { Button, ButtonLink } from '@/components/ui/button'
import { trouble } from '@/lib/i18n/messages/en/trouble'

/**
 * What a broken page shows: that nothing was lost, a way to try again, a way home, and the number under which the log
 * knows the fault. It takes its few sentences directly, because it runs in the browser, where the catalogue is not.
 */
export function TroubleCard({ reference, again }: { reference?: string; again: () => void }) {
  return (
    <main id="content" className="backdrop-fold grid min-h-dvh content-start gap-5 py-8 sm:justify-center sm:pt-[8vh]">
      <title>{trouble['trouble.error.title']}</title>
      <div className="px-5 sm:px-1">
        <Wordmark />
      </div>
      <div className="grid w-full gap-6 border-y border-border bg-surface-raised px-5 py-7 shadow-card sm:w-[31rem] sm:rounded-xl sm:border sm:p-9">
        <div role="alert" className="grid gap-2">
          <h1 className="text-2xl font-semibold tracking-tight">{trouble['trouble.error.title']}</h1>
          <p className="leading-relaxed text-text-muted">{trouble['trouble.error.text']}</p>
        </div>
        <div className="grid gap-3">
          <Button variant="primary" wide onClick={again}>
            {trouble['trouble.error.again']}
          </Button>
          <ButtonLink href="/" variant="secondary" wide>
            {trouble['trouble.home']}
          </ButtonLink>
        </div>
        {reference && (
          <p className="text-sm text-text-muted">
            {trouble['trouble.error.reference']}: <code className="font-mono select-all">{reference}</code>
          </p>
        )}
      </div>
    </main>
  )
}

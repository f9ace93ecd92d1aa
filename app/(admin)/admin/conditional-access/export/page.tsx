import { parameter, type SearchParams } from '@/components/admin/query'
import { StateTag } from '@/components/conditional-access/state-tag'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { listPolicies } from '@/lib/conditional-access/store'
import { failureMessage, hasMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/conditional-access/export'

/** Chooses what to export. A plain form that asks for a file: it changes nothing, and works without scripts. */
export default async function ExportPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await adminPageVisit({ right: 'conditionalAccess.read', path })
  const code = parameter(await searchParams, 'error')
  const policies = await listPolicies(db())
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policyFiles.upload.back')}</BackLink>}
        lead={t('policyFiles.export.lead')}
      >
        {t('policyFiles.export.title')}
      </PageHeading>
      {code !== undefined && hasMessage(`failure.${code}`) && (
        <Notice tone="danger">{failureMessage({ kind: 'busy', code, retryAfterSeconds: 5 })}</Notice>
      )}
      <Card className="max-w-3xl min-w-0">
        <form action={`${path}/file`} method="get" className="grid gap-6">
          <fieldset className="grid min-w-0 gap-3">
            <legend className="font-medium">{t('policyFiles.export.form')}</legend>
            {(['zip', 'json'] as const).map((form) => (
              <label key={form} className="mt-3 flex min-h-6 w-fit gap-3">
                <input
                  type="radio"
                  name="form"
                  value={form}
                  defaultChecked={form === 'zip'}
                  className="mt-0.5 size-5 shrink-0 accent-accent"
                />
                <span className="grid gap-0.5">
                  <span>{t(`policyFiles.export.form.${form}`)}</span>
                  <span className="text-sm text-text-muted">{t(`policyFiles.export.form.${form}.hint`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          {policies.length === 0 ? (
            <p className="text-text-muted">{t('policyFiles.export.none')}</p>
          ) : (
            <fieldset className="grid min-w-0 gap-3" aria-describedby="which-hint">
              <legend className="font-medium">{t('policyFiles.export.which')}</legend>
              <p id="which-hint" className="mt-1 text-sm text-text-muted">
                {t('policyFiles.export.which.hint')}
              </p>
              {policies.map(({ id, displayName, state }) => (
                <label key={id} className="flex min-h-6 w-fit flex-wrap gap-3">
                  <input
                    type="checkbox"
                    name="id"
                    value={id}
                    className="mt-0.5 size-5 shrink-0 rounded-sm accent-accent"
                  />
                  <bdi className="min-w-0 wrap-anywhere">{displayName}</bdi>
                  <StateTag state={state} />
                </label>
              ))}
            </fieldset>
          )}
          <Button type="submit" className="justify-self-start">
            {t('policyFiles.export.submit')}
          </Button>
        </form>
      </Card>
    </>
  )
}

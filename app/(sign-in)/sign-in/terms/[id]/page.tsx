import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { TermsText } from '@/components/terms-of-use/terms-text'
import { ActionForm } from '@/components/ui/action-form'
import { TextLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { termsAsked } from '@/lib/registration/terms-of-use'
import { FormToken } from '@/lib/request/form-token'
import { pageVisit } from '@/lib/request/page'
import { safeReturnTo } from '@/lib/request/return-to'
import { sessionStages } from '@/lib/sign-in/model'
import { chooseText } from '@/lib/terms-of-use/choose-language'
import { findTerms, findText } from '@/lib/terms-of-use/store'
import { SignOutForm } from '../../sign-out-form'
import { acceptTermsAction, declineTermsAction } from './actions'

/** Terms of use that the policies ask of this session now: to read, and to accept or decline. */
export default async function TermsPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const { id } = await params
  const query = await searchParams
  const returnTo = (typeof query.returnTo === 'string' && safeReturnTo(query.returnTo)) || ''
  const { facts, session, origin, at } = await pageVisit({ stages: sessionStages, path: returnTo || '/security-info' })
  const { terms: asked } = termsAsked(facts, session, origin, at)
  const path = (termsId: string) =>
    `/sign-in/terms/${termsId}${returnTo ? `?returnTo=${encodeURIComponent(returnTo)}` : ''}`
  const [first] = asked
  if (!asked.includes(id)) redirect(first ? path(first) : wayBack(session.stage, returnTo))
  const terms = await findTerms(db(), id)
  const text = terms && (await findText(db(), id, terms.textVersion))
  if (!terms || !text) redirect(wayBack(session.stage, returnTo))
  const chosen = typeof query.language === 'string' ? query.language : undefined
  const shown = chooseText(text.languages, chosen, (await headers()).get('accept-language'))
  const others = text.languages.filter(({ language }) => language !== shown.language)
  const version = t('terms.page.version', { version: terms.textVersion, at: formatDate(text.createdAt) })
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-7">
        <PageHeading focusKey={`terms ${id} ${terms.textVersion}`} lead={t('terms.page.lead')}>
          {terms.displayName}
        </PageHeading>
        {query.changed === '1' && <Notice tone="warning">{t('terms.page.changed')}</Notice>}
        {asked.length > 1 && (
          <p className="text-sm text-text-muted">{t('terms.page.more', { count: asked.length - 1 })}</p>
        )}
        {others.length > 0 && (
          <nav aria-label={t('terms.page.languages')} className="flex flex-wrap gap-x-4 gap-y-2 text-sm">
            {others.map(({ language }) => (
              <TextLink
                key={language}
                href={`/sign-in/terms/${id}?language=${language}${returnTo ? `&returnTo=${encodeURIComponent(returnTo)}` : ''}`}
              >
                <span lang={language}>{nameOf(language)}</span>
              </TextLink>
            ))}
          </nav>
        )}
        <TermsText text={shown} />
        <p className="text-sm text-text-muted">{version}</p>
        <div className="grid gap-3 border-t border-border pt-5">
          <ActionForm action={acceptTermsAction} errorHeading={t('ui.errorSummary.heading')} className="grid gap-4">
            <FormToken />
            <input type="hidden" name="id" value={id} />
            <input type="hidden" name="textVersion" value={terms.textVersion} />
            <input type="hidden" name="language" value={shown.language} />
            <input type="hidden" name="returnTo" value={returnTo} />
            <SubmitButton wide pendingLabel={t('ui.pending')}>
              {t('terms.page.accept')}
            </SubmitButton>
          </ActionForm>
          <ActionForm
            action={declineTermsAction}
            errorHeading={t('ui.errorSummary.heading')}
            idPrefix="decline-"
            className="grid gap-4"
          >
            <FormToken />
            <input type="hidden" name="id" value={id} />
            <input type="hidden" name="returnTo" value={returnTo} />
            <SubmitButton variant="secondary" wide pendingLabel={t('ui.pending')}>
              {t('terms.page.decline')}
            </SubmitButton>
          </ActionForm>
        </div>
        <SignOutForm label={t('signIn.verify.signOut')} />
      </div>
    </NarrowShell>
  )
}

/** Nothing is asked any more: another tab accepted, or the policies have changed. */
function wayBack(stage: (typeof sessionStages)[number], returnTo: string): string {
  if (stage === 'firstFactor') return '/sign-in/continue'
  return returnTo || (stage === 'registration' ? '/security-info/register' : '/security-info')
}

/** What the language calls itself. */
function nameOf(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
}

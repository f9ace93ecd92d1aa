import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Card } from '@/components/ui/card'
import { PageHeading } from '@/components/ui/page-heading'
import { t } from '@/lib/i18n'
import { pendingContact } from '@/lib/security-info/contact'
import { ContactCeremony } from '../../contact-ceremony'
import { openOwnMethod } from '../../own-method'
import { BackToList, SecurityInfoShell } from '../../shell'

export const metadata: Metadata = { title: t('securityInfo.list.change') }

/** A new number or address in the place of the one that is there, which stays until the new one is confirmed. */
export default async function ChangePage({
  params,
  searchParams,
}: {
  params: Promise<{ methodId: string }>
  searchParams: Promise<{ again?: string }>
}) {
  const { visit, method } = await openOwnMethod('change', (await params).methodId)
  if (method.kind !== 'mobilePhone' && method.kind !== 'email') redirect('/security-info')
  const found = (await searchParams).again === undefined ? await pendingContact(visit, method.kind) : null
  const pending = found?.isChange ? found : null
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading
        above={<BackToList />}
        focusKey={pending ? 'code' : 'entry'}
        lead={
          pending ? (
            t(method.kind === 'email' ? 'registration.code.leadEmail' : 'registration.code.lead')
          ) : (
            <>
              {t(`securityInfo.change.lead.${method.kind}`)} <bdi className="font-medium">{method.detail}</bdi>
            </>
          )
        }
      >
        {t(pending ? `registration.code.title.${method.kind}` : `securityInfo.change.title.${method.kind}`)}
      </PageHeading>
      <Card className="max-w-xl">
        <ContactCeremony kind={method.kind} methodId={method.id} pending={pending} />
      </Card>
    </SecurityInfoShell>
  )
}

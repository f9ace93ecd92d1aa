import { redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { isPhoneKind } from '@/lib/authentication-methods/model'
import { t } from '@/lib/i18n'
import { pendingContact } from '@/lib/security-info/contact'
import { waysToPhone } from '@/lib/security-info/phone-ways'
import { ContactCeremony } from '../../contact-ceremony'
import { openOwnMethod } from '../../own-method'
import { BackToList, SecurityInfoShell } from '../../shell'

/** A new number or address in the place of the one that is there, which stays until the new one is confirmed. */
export default async function ChangePage({
  params,
  searchParams,
}: {
  params: Promise<{ methodId: string }>
  searchParams: Promise<{ again?: string }>
}) {
  const { visit, method } = await openOwnMethod('change', (await params).methodId)
  const { kind } = method
  if (!isPhoneKind(kind) && kind !== 'email') redirect('/security-info')
  const found = await pendingContact(visit, kind)
  const typed = found?.isChange ? found : null
  const pending = (await searchParams).again === undefined ? typed : null
  const word = kind === 'email' ? 'email' : 'phone'
  const ways = kind === 'email' ? [] : waysToPhone(visit.facts, kind)
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading
        above={<BackToList />}
        focusKey={pending ? 'code' : 'entry'}
        lead={
          pending ? (
            t(`registration.code.lead.${pending.by}`)
          ) : (
            <>
              {t(`securityInfo.change.lead.${word}`)} <bdi className="font-medium">{method.detail}</bdi>
            </>
          )
        }
      >
        {pending ? t(`registration.code.title.${pending.by}`) : t(`securityInfo.change.title.${word}`)}
      </PageHeading>
      <Card className="max-w-xl">
        <ContactCeremony kind={kind} methodId={method.id} pending={pending} typed={typed} ways={ways} />
      </Card>
    </SecurityInfoShell>
  )
}

import { pathWordOf } from '@/components/registration/method-path'
import { MethodIcon } from '@/components/security-info/method-icon'
import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { ChoiceList } from '@/components/ui/choice-list'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { t } from '@/lib/i18n'
import { openSecurityInfo } from '../open'
import { BackToList, SecurityInfoShell } from '../shell'
import { offersFor } from './offers'

/** Which method to add; those that can't be added stand below with the reason. */
export default async function AddPage() {
  const visit = await openSecurityInfo('/security-info/add')
  const offers = await offersFor(visit.facts)
  const open = offers.filter(({ refusal }) => refusal === null)
  const closed = offers.filter(({ refusal }) => refusal !== null)
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={open.length > 0 ? t('securityInfo.add.lead') : undefined}>
        {t('securityInfo.add.title')}
      </PageHeading>
      {open.length === 0 && (
        <Notice tone="warning" live={false}>
          {t('securityInfo.add.none')}
        </Notice>
      )}
      {open.length > 0 && (
        <ChoiceList
          label={t('securityInfo.add.label')}
          choices={open.map(({ kind }) => ({
            href: `/security-info/add/${pathWordOf(kind)}`,
            label: t(`securityInfo.method.${kind}`),
            hint: t(`securityInfo.method.${kind}.hint`),
            icon: <MethodIcon kind={kind} />,
            tag: catalogue[kind].isPhishingResistant ? (
              <Tag tone="success">{t('securityInfo.add.recommended')}</Tag>
            ) : catalogue[kind].isWeaker ? (
              <Tag tone="warning">{t('securityInfo.add.lessSafe')}</Tag>
            ) : undefined,
          }))}
        />
      )}
      {closed.length > 0 && (
        <Card id="unavailable" title={t('securityInfo.add.unavailable')} padding="none">
          <ul className="divide-y divide-border">
            {closed.map(({ kind, refusal }) => (
              <li key={kind} className="flex items-start gap-4 px-5 py-4 sm:px-6">
                <MethodIcon kind={kind} />
                <div className="grid min-w-0 gap-0.5">
                  <p className="font-semibold">{t(`securityInfo.method.${kind}`)}</p>
                  <p className="text-sm text-text-muted">{refusal}</p>
                </div>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </SecurityInfoShell>
  )
}

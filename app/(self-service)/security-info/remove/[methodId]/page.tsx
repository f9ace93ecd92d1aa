import { RemoveMethodForm } from '@/components/security-info/remove-method-form'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { mfaMethods } from '@/lib/sign-in/usable'
import { removeMethod } from '../../actions'
import { openOwnMethod } from '../../own-method'
import { BackToList, SecurityInfoShell } from '../../shell'

/** Asks before a method is removed; with scripts the list asks the same in a dialog. */
export default async function RemovePage({ params }: { params: Promise<{ methodId: string }> }) {
  const { visit, method } = await openOwnMethod('remove', (await params).methodId)
  const protecting = mfaMethods(visit.facts)
  const isLast = protecting.length === 1 && protecting[0]?.id === method.id
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />}>
        {t(isLast ? 'securityInfo.remove.lastTitle' : 'securityInfo.remove.title')}
      </PageHeading>
      <Card className="max-w-xl">
        <RemoveMethodForm
          method={method}
          title={method.name ?? t(`securityInfo.method.${method.kind}`)}
          isLast={isLast}
          action={removeMethod}
          token={<FormToken />}
        />
        <ButtonLink href="/security-info" variant="secondary" wide className="mt-3">
          {t('securityInfo.remove.cancel')}
        </ButtonLink>
      </Card>
    </SecurityInfoShell>
  )
}

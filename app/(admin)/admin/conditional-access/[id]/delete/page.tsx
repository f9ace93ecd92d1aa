import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { findPolicy } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { DeletePolicyForm } from '../delete-policy'

export default async function DeletePolicyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/conditional-access/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${path}/delete` })
  const policy = await findPolicy(db(), id)
  if (!policy) notFound()
  return (
    <>
      <PageHeading above={<BackLink href={path}>{policy.displayName}</BackLink>}>
        {t('policies.delete.title')}
      </PageHeading>
      <Card className="max-w-2xl">
        <DeletePolicyForm policy={policy} />
      </Card>
    </>
  )
}

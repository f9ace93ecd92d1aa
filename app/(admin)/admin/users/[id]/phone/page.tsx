import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { PhoneField } from '@/components/ui/phone-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { phoneKinds } from '@/lib/authentication-methods/model'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { likelyCountry, phoneOptions } from '@/lib/request/phone-country'
import { personPath, personVisit } from '../person'
import { addPhone } from './actions'

/** Adds a phone number for somebody; the kinds that they may not have now stay visible and say so. */
export default async function AddPhonePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `${personPath(id)}/phone`
  const { facts, refusal } = await personVisit(id, path)
  if (refusal('methods.update') !== null) notFound()
  const { subject, methodsPolicy } = facts
  const back = personPath(subject.id)
  const have = facts.methods.map(({ kind }) => kind)
  const kinds = phoneKinds.map((kind) => ({
    kind,
    permission: mayRegister(methodsPolicy, subject, kind, have, 'administrator'),
  }))
  const first = kinds.find(({ permission }) => permission.allowed)
  const countries = phoneOptions()
  const likely = likelyCountry(
    (await headers()).get('accept-language'),
    countries.map(({ value }) => value),
  )
  return (
    <div className="grid max-w-xl gap-8">
      <PageHeading above={<TextLink href={back}>{subject.displayName}</TextLink>} lead={t('admin.user.phone.lead')}>
        {t('admin.user.phone.title')}
      </PageHeading>
      <Card>
        {first ? (
          <ActionForm action={addPhone} errorHeading={t('ui.errorSummary.heading')}>
            <FormToken />
            <input type="hidden" name="targetId" value={subject.id} />
            <input type="hidden" name="returnTo" value={path} />
            <RadioCards
              name="kind"
              label={t('admin.user.phone.kind')}
              defaultValue={first.kind}
              choices={kinds.map(({ kind, permission }) => ({
                value: kind,
                label: t(`securityInfo.method.${kind}`),
                hint: permission.allowed ? undefined : t(`admin.user.phone.${whyNot(permission.reason)}`),
                isDisabled: !permission.allowed,
              }))}
            />
            <PhoneField
              name="contact"
              label={t('admin.user.phone.number')}
              countryLabel={t('ui.phone.country')}
              numberLabel={t('ui.phone.number')}
              countries={countries}
              defaultCountry={likely}
            />
            <TextField
              name="extension"
              label={t('registration.officePhone.extension')}
              hint={t('admin.user.phone.extension.hint')}
              optionalLabel={t('ui.optional')}
              inputMode="numeric"
              autoComplete="off"
              maxLength={20}
            />
            <Actions>
              <SubmitButton pendingLabel={t('ui.pending')}>{t('admin.user.phone.submit')}</SubmitButton>
              <ButtonLink href={back} variant="secondary">
                {t('ui.cancel')}
              </ButtonLink>
            </Actions>
          </ActionForm>
        ) : (
          <Notice tone="warning" live={false}>
            {t('admin.user.phone.none')}
          </Notice>
        )}
      </Card>
    </div>
  )
}

function whyNot(reason: string): 'have' | 'mobileFirst' | 'off' {
  if (reason === 'limit_reached') return 'have'
  return reason === 'mobile_phone_first' ? 'mobileFirst' : 'off'
}

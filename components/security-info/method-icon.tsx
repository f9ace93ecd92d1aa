import type { MethodKind } from '@/lib/authentication-methods/model'
import { classes } from '../ui/classes'
import { Icon, type IconName } from '../ui/icon'

const icons: Record<MethodKind | 'password', IconName> = {
  passkey: 'passkey',
  softwareOath: 'timer',
  hardwareOath: 'token',
  mobilePhone: 'phone',
  alternateMobilePhone: 'phone',
  officePhone: 'call',
  email: 'mail',
  securityQuestions: 'question',
  recoveryCodes: 'list',
  temporaryAccessPass: 'ticket',
  password: 'lock',
}

/** The picture of a kind of method; its name stands beside it. */
export function MethodIcon({
  kind,
  size = 'regular',
  picture = null,
}: {
  kind: MethodKind | 'password'
  size?: 'regular' | 'large'
  /** A `data:` address that takes the place of the kind's picture. */
  picture?: string | null
}) {
  return (
    <span
      className={classes(
        'grid shrink-0 place-items-center rounded-md border border-transparent bg-accent-soft text-accent',
        size === 'large' ? 'size-14' : 'size-11',
      )}
    >
      {picture ? (
        // biome-ignore lint/performance/noImgElement: a data address needs no optimising, and next/image writes inline styles
        <img src={picture} alt="" width={28} height={28} className="size-7 object-contain" />
      ) : (
        <Icon name={icons[kind]} className={size === 'large' ? 'size-7' : 'size-6'} />
      )}
    </span>
  )
}

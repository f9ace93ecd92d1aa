import type { Session } from '@/lib/sign-in/model'
import { type RegistrationProgress, registrationProgressSchema } from './model'

/** The wizard's progress; null when none is open, also when the row holds something this version does not read. */
export function readProgress(session: Pick<Session, 'registration'>): RegistrationProgress | null {
  const parsed = registrationProgressSchema.safeParse(session.registration)
  return parsed.success ? parsed.data : null
}

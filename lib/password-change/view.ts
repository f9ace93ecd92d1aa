import { failureMessage } from '@/lib/i18n'
import type { FindingCode } from '@/lib/password/model'
import type { Failure } from '@/lib/result'

/** The sentences of a refused password, one for each reason; empty where something else was refused. */
export function findingSentences({ code, details }: Failure): string[] {
  if (code !== 'password.not_acceptable' || typeof details?.findings !== 'string') return []
  const codes = details.findings.split(' ') as FindingCode[]
  return codes.map((finding) => failureMessage({ kind: 'invalid', code: finding, details }))
}

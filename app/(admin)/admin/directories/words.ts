import type { Trial, TriedStep } from '@/lib/directory/connector/try'
import type { SyncRun } from '@/lib/directory/sync/model'
import { hasMessage, t } from '@/lib/i18n'

/** What a test found as lines, each beginning with a word for how it went. */
export function trialLines({ steps, people }: Trial): string[] {
  return [
    ...steps.map((step) => {
      const said = t(`directories.test.step.${step.step}`, { about: step.about, detail: step.detail })
      return step.isGood ? `good|${said}` : `bad|${said}: ${wordFor(step)}`
    }),
    ...people.map((one) =>
      'issue' in one
        ? `bad|${one.name || '?'}: ${t(`directories.issue.${one.issue}`)}`
        : `person|${[one.displayName, one.userPrincipalName, one.mail, one.isEnabled ? '' : t('directories.test.sample.disabled')].filter(Boolean).join(' · ')}`,
    ),
  ]
}

const same: Readonly<Record<string, string>> = {
  ...{ self_signed_cert_in_chain: 'untrusted', unable_to_verify_leaf_signature: 'untrusted' },
  ...{ depth_zero_self_signed_cert: 'untrusted', unable_to_get_issuer_cert_locally: 'untrusted' },
  ...{ err_tls_cert_altname_invalid: 'wrong_name', cert_has_expired: 'expired', eai_again: 'enotfound' },
}

function wordFor({ detail }: TriedStep): string {
  const key = `directories.test.word.${same[detail] ?? detail}`
  return hasMessage(key)
    ? (t as (key: string, values: Record<string, string>) => string)(key, {})
    : t('directories.test.word.other', { word: detail })
}

export const runTones = { running: 'info', done: 'success', held: 'warning', failed: 'danger' } as const

/** What came of a run, in one sentence. */
export function runResult(run: SyncRun): string {
  if (run.failureReason !== null) return t(`directories.failed.${run.failureReason}`)
  if (run.state === 'running') return t(`directories.run.phase.${run.phase}`, { count: run.entriesRead })
  const { created, updated, disabled } = run
  return t('directories.run.summary', { created, updated, disabled })
}

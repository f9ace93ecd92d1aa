'use client'

import type { ReactNode } from 'react'
import { useForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { buttonStyle } from '@/components/ui/button-style'
import { CopyButton } from '@/components/ui/copy-button'

type Texts = Readonly<
  Record<'list' | 'copy' | 'copied' | 'copyFailed' | 'download' | 'print' | 'afterwards' | 'done' | 'file', string>
>

/**
 * The fields until codes were made, then the codes in their place: nothing remains that could be sent, so the codes,
 * which are part of the form's state, cannot travel back. The file is made in the page, so no address holds it.
 */
export function CodesOrFields({ texts, children }: { texts: Texts; children: ReactNode }) {
  const { issuedCodes } = useForm().answer.values
  if (!Array.isArray(issuedCodes)) return children
  const file = `${texts.file}\n\n${issuedCodes.join('\n')}\n`
  const look = { variant: 'secondary', size: 'small' } as const
  return (
    <div className="grid gap-6">
      <section
        aria-label={texts.list}
        className="grid justify-items-start gap-5 rounded-md border border-border bg-surface-sunken p-5"
      >
        <ol data-testid="codes" className="grid gap-x-8 gap-y-2 font-mono sm:text-lg">
          {issuedCodes.map((code) => (
            <li key={code} className="wrap-anywhere select-all">
              {code}
            </li>
          ))}
        </ol>
        <div className="flex flex-wrap gap-3 print:hidden">
          <CopyButton
            text={issuedCodes.join('\n')}
            label={texts.copy}
            copiedLabel={texts.copied}
            failedLabel={texts.copyFailed}
          />
          <a
            className={buttonStyle(look)}
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(file)}`}
            download="recovery-codes.txt"
          >
            {texts.download}
          </a>
          <button type="button" className={`${buttonStyle(look)} noscript:hidden`} onClick={() => window.print()}>
            {texts.print}
          </button>
        </div>
      </section>
      <p>{texts.afterwards}</p>
      <ButtonLink href="/security-info" wide>
        {texts.done}
      </ButtonLink>
    </div>
  )
}

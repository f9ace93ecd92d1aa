import 'server-only'
import { post } from './http-post'
import { classifyStatus, type SmsHandOver, type SmsMessage, type SmsProvider } from './provider'

export type GatewaySettings = {
  readonly url: string
  readonly template: string
  readonly token: string | null
}

/**
 * Any gateway that takes a POST: the body is made from a template, the token goes as a bearer token. 2xx is taken; no
 * answer after the request had gone out is `unknown`.
 */
export function gatewayProvider({ url, template, token }: GatewaySettings): SmsProvider {
  return {
    name: 'http',
    async send(message): Promise<SmsHandOver> {
      const { body, contentType } = fillTemplate(template, message)
      const headers = {
        'content-type': contentType,
        accept: 'application/json, text/plain, */*',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      }
      const answer = await post(new URL(url), headers, body)
      if (answer.status === null) return { outcome: answer.hasGone ? 'unknown' : 'transient', reason: answer.reason }
      return classifyStatus(answer.status) ?? { outcome: 'sent', providerMessageId: null }
    },
  }
}

const contentTypes = {
  json: 'application/json',
  xml: 'text/xml; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
} as const

const escapes: Readonly<Record<keyof typeof contentTypes, (value: string) => string>> = {
  json: (value) => JSON.stringify(value).slice(1, -1),
  xml: (value) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
  form: encodeURIComponent,
}

/**
 * The request's body: `{{to}}`, `{{text}}`, `{{id}}` and `{{receiptUrl}}` replaced by the values, escaped for the place
 * they stand in, so that no text can end its string, element or field. JSON when the template begins with a brace or
 * bracket, XML when it begins with `<`, else a form. A single brace (`{to}`) is accepted in a form too.
 */
export function fillTemplate(template: string, message: SmsMessage): { body: string; contentType: string } {
  const kind = /^\s*[{[]/.test(template) ? 'json' : /^\s*</.test(template) ? 'xml' : 'form'
  const names = '(to|text|id|receiptUrl)'
  const pattern = new RegExp(kind === 'form' ? `\\{\\{${names}\\}\\}|\\{${names}\\}` : `\\{\\{${names}\\}\\}`, 'g')
  const values: Readonly<Record<string, () => string>> = {
    to: () => message.to,
    text: () => message.text,
    id: () => message.id,
    receiptUrl: () => message.receiptUrl('http'),
  }
  const body = template.replace(pattern, (_, first: string | undefined, second: string | undefined) =>
    escapes[kind](values[first ?? second ?? '']?.() ?? ''),
  )
  return { body, contentType: contentTypes[kind] }
}

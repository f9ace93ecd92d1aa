import 'server-only'

export {
  duration,
  failureMessage,
  formatDate,
  hasMessage,
  type MailKey,
  type MailTranslate,
  type MessageKey,
  type MessageValue,
  type MessageValues,
  mailTranslator,
  type Translate,
  t,
  translator,
} from './format'
export {
  chooseLocale,
  defaultLocale,
  directionOf,
  type Locale,
  locales,
  type MailLocale,
  mailLocaleOf,
  mailLocales,
} from './locale'

import 'server-only'

export {
  duration,
  failureMessage,
  formatDate,
  hasMessage,
  type MessageKey,
  type MessageValue,
  type MessageValues,
  type Translate,
  t,
  translator,
} from './format'
export { chooseLocale, defaultLocale, directionOf, type Locale, locales } from './locale'

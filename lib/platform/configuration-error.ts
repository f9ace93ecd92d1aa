/** A setting is missing or wrong; the message is one line for the operator. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/** A person's methods: their names, and the page that lists them. */
export const securityInfo = {
  'securityInfo.method.passkey': 'Passkey',
  'securityInfo.method.passkey.hint':
    'Your fingerprint, face, device PIN or a security key. The safest way, and the quickest.',
  'securityInfo.method.softwareOath': 'Authenticator app',
  'securityInfo.method.softwareOath.hint':
    'An app on your phone shows a new code every 30 seconds, even without a connection.',
  'securityInfo.method.mobilePhone': 'Phone',
  'securityInfo.method.mobilePhone.hint': 'We text a code to your mobile phone. Less safe than a passkey or an app.',
  'securityInfo.method.email': 'Email',
  'securityInfo.method.email.hint': 'We send a code to a private address. It helps you reset your password.',
  'securityInfo.method.temporaryAccessPass': 'Temporary Access Pass',
  'securityInfo.method.temporaryAccessPass.hint': 'A pass from your help desk that works for a limited time.',
  'securityInfo.method.default': 'Default',
  'securityInfo.passkey.synced': 'Available on your other devices',
  'securityInfo.passkey.deviceBound': 'On one device only',
} as const

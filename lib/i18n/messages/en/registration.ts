/** The wizard: one step at a time until the account is safe. The forms of the methods serve the manage page too. */
export const registration = {
  // Why, and what (W1)
  'registration.start.title': 'Keep your account secure',
  'registration.start.lead':
    'Your organisation needs a little more information before you go on. You do this once, for signing in and for getting back in if you forget your password.',
  'registration.start.planLabel': 'What you will set up',
  'registration.start.minutes': '{count, plural, one {About # minute} other {About # minutes}}',
  'registration.start.why.mfa': 'So that only you can sign in, even if somebody learns your password.',
  'registration.start.why.strength': 'Your organisation asks for this kind of sign-in.',
  'registration.start.why.passwordReset': 'So that you can get back in yourself when you forget your password.',
  'registration.start.why.both': 'For signing in safely, and for getting back in when you forget your password.',
  'registration.start.next': 'Next',
  'registration.start.skip': 'Not now',
  'registration.start.skipHint': 'We will ask you again the next time you sign in.',
  'registration.start.skipDays': 'Skip for now ({count, plural, one {# day left} other {# days left}})',
  'registration.start.daysOver': 'The days in which you could put this off are over. It takes only a few minutes.',
  'registration.start.otherAccount': 'Use a different account',
  'registration.start.short':
    'Your organisation asks for one more method than it offers you. Set up what you can now, and tell your administrator.',

  // The registration campaign's own first page
  'registration.campaign.title': 'Improve how you sign in',
  'registration.campaign.lead': 'Your organisation recommends one more method. Setting it up takes a minute.',
  'registration.campaign.why.passkey':
    'Sign in with a touch or a look. It is quicker than a code, and no fake page can steal it.',
  'registration.campaign.why.softwareOath':
    'Get your codes from an app. It works offline and is safer than a text message.',
  'registration.campaign.skip': 'Skip for now',
  'registration.campaign.skipTimes': 'Skip for now ({count, plural, one {# skip left} other {# skips left}})',
  'registration.campaign.skipHint':
    'We will ask you again {count, plural, =0 {the next time you sign in} one {tomorrow at the earliest} other {in # days at the earliest}}.',
  'registration.campaign.required': 'You have skipped this as often as you could, so please set it up now.',
  'registration.campaign.unable': 'Go on without it for now',

  // Every step (W2 to W5)
  'registration.step.moved': 'This step is already done, or has changed. Here is where you are now.',
  'registration.step.added.passkey': 'Your passkey is ready.',
  'registration.step.added.softwareOath': 'Your authenticator app is set up.',
  'registration.step.added.mobilePhone': 'Your phone is set up.',
  'registration.step.added.officePhone': 'Your office phone is set up.',
  'registration.step.added.email': 'Your email address is set up.',
  'registration.step.added.securityQuestions': 'Your answers are saved.',
  'registration.otherMethod.link': 'I want to set up a different method',
  'registration.otherMethod.choose': 'Choose a different method',

  // A different method (W3)
  'registration.choose.title': 'Choose a different method',
  'registration.choose.lead': 'Each of these will do for this step.',
  'registration.choose.label': 'Methods',
  'registration.choose.lessSafe': 'Less safe',
  'registration.choose.recommended': 'Recommended',

  // Passkey
  'registration.passkey.title': 'Create a passkey',
  'registration.passkey.lead':
    'Sign in with your fingerprint, your face, a PIN or a security key instead of a password.',
  'registration.passkey.reason.quick': 'Quick: one touch or one look, and nothing to remember.',
  'registration.passkey.reason.safe': 'Safe: it works only here, so a fake page can’t steal it.',
  'registration.passkey.reason.private': 'Private: your fingerprint or face never leaves your device.',
  'registration.passkey.create': 'Create a passkey',
  'registration.passkey.where': 'Choose where it is kept',
  'registration.passkey.where.thisDevice': 'On this device',
  'registration.passkey.where.phone': 'On a phone or tablet',
  'registration.passkey.where.securityKey': 'On a USB or NFC key',
  'registration.passkey.waiting': 'Follow your browser…',
  'registration.passkey.unsupported': 'This browser can’t create a passkey. Set up a different method instead.',
  'registration.passkey.noScript':
    'Passkeys need scripts, and they are switched off in this browser. Set up a different method instead.',
  'registration.passkey.name.title': 'Your passkey is ready',
  'registration.passkey.name.lead': 'Give it a name, so that you know it later. You can change it at any time.',
  'registration.passkey.name.label': 'Name of this passkey',
  'registration.passkey.name.hint': 'For example “My laptop” or “Blue security key”.',
  'registration.passkey.name.thisDevice': 'This device',
  'registration.passkey.name.securityKey': 'Security key or other device',

  // Authenticator app
  'registration.app.title': 'Set up an authenticator app',
  'registration.app.lead': 'An app on your phone shows a code that keeps changing, also without a network.',
  'registration.app.start.install': 'If you have no authenticator app yet, install one from your phone’s app store.',
  'registration.app.start.next': 'Have your phone at hand. Next we show you a code to scan.',
  'registration.app.start.submit': 'Show the code to scan',
  'registration.app.scan.title': 'Scan the code with your app',
  'registration.app.scan.lead':
    'In your authenticator app, add an account and scan this. Then enter the 6 digits it shows.',
  'registration.app.qr.label': 'QR code to scan with your authenticator app. The setup key below says the same.',
  'registration.app.key.summary': 'Can’t scan it? Use a setup key',
  'registration.app.key.text': 'Add an account by hand in your app, with this name and this key.',
  'registration.app.key.account': 'Account name',
  'registration.app.key.label': 'Setup key',
  'registration.app.key.settings':
    'Choose these settings in your app too: time-based, {algorithm}, 6 digits, every {seconds} seconds. An app that doesn’t offer them can’t be used here.',
  'registration.app.code.label': 'Code from your app',
  'registration.app.code.hint': 'The 6 digits that your app shows now.',
  'registration.app.code.submit': 'Confirm',
  'registration.app.startOver': 'Start over with a new code to scan',

  // Phone and email
  'registration.phone.title': 'Add your mobile phone',
  'registration.phone.lead.sms': 'We text a code to this number to check that it is yours.',
  'registration.phone.lead.voice': 'We call this number and tell you a code, to check that it is yours.',
  'registration.phone.lead.both': 'We send a code to this number to check that it is yours.',
  'registration.phone.by': 'How should the code come?',
  'registration.phone.by.sms': 'Text me a code',
  'registration.phone.by.voice': 'Call me and tell me a code',
  'registration.mobilePhone.label': 'Your mobile number',
  'registration.alternateMobilePhone.title': 'Add an alternate phone',
  'registration.alternateMobilePhone.label': 'Your other mobile number',
  'registration.officePhone.title': 'Add your office phone',
  'registration.officePhone.label': 'Your office number',
  'registration.officePhone.extension': 'Extension',
  'registration.officePhone.extension.hint': 'Only digits. We dial it once the call is answered.',
  'registration.email.title': 'Add an email address',
  'registration.email.lead': 'We send a code to this address to check that it is yours.',
  'registration.email.label': 'Your email address',
  'registration.email.hint': 'A private one that you can open without this account.',
  'registration.contact.send': 'Send me a code',
  'registration.contact.call': 'Call me with a code',
  'registration.contact.sending': 'Sending…',
  'registration.contact.underway.sms': 'We are texting a code to',
  'registration.contact.underway.voice': 'We are about to call',
  'registration.contact.underway.mail': 'We are sending a code to',
  'registration.contact.sent.sms': 'We texted a code to',
  'registration.contact.sent.voice': 'We are calling',
  'registration.contact.sent.mail': 'We sent a code to',
  'registration.contact.slow':
    'Sending takes longer than usual. Wait a little, or choose a different method. Our code goes to',
  'registration.contact.failed':
    'We couldn’t send the code. Check the number or address, or choose a different method. We tried',
  'registration.contact.changeNumber': 'Change number',
  'registration.contact.changeAddress': 'Change address',
  'registration.code.title.sms': 'Enter the code we texted you',
  'registration.code.title.voice': 'Answer our call and enter the code',
  'registration.code.title.mail': 'Enter the code we sent you',
  'registration.code.lead.sms': 'It can take a moment to arrive.',
  'registration.code.lead.voice': 'A voice tells you 6 digits, twice.',
  'registration.code.lead.mail': 'It can take a moment to arrive. Look into your spam folder too.',
  'registration.code.label': 'Code',
  'registration.code.hint': '6 digits. It works for 5 minutes.',
  'registration.code.submit': 'Confirm',
  'registration.code.checking': 'Checking…',
  'registration.code.resend': 'Send a new code',
  'registration.code.callAgain': 'Call me again',
  'registration.code.callAgainIn': 'You can ask for another call in {time}',
  'registration.code.resendIn': 'You can ask for a new code in {time}',
  'registration.code.resendNoScript': 'Then reload this page, and a button for a new code appears.',

  // Review (W7)
  'registration.done.title': 'You’re all set',
  'registration.done.lead': 'These are your methods. You can change them at any time on your security info page.',
  'registration.done.listTitle': 'Your methods',
  'registration.done.submit': 'Done',
  'registration.done.default': 'Default',
  'registration.done.short':
    'There is no further method that you can set up yourself. Tell your administrator that one is missing for password reset.',

  // Is it all still right (W8)
  'registration.review.title': 'Make sure you can always get back in',
  'registration.review.lead':
    'These methods sign you in, or let you back in when you forget your password. Do you still have every one of them?',
  'registration.review.confirm': 'Looks good',
  'registration.review.change': 'Change something',
  'registration.review.skip': 'Not now',
  'registration.review.skipHint': 'Until you choose “Looks good”, we will ask again each time you sign in.',
} as const

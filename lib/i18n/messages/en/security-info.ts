/** A person's methods: their names, and the pages that list and change them. */
export const securityInfo = {
  'securityInfo.method.passkey': 'Passkey',
  'securityInfo.method.passkey.hint':
    'Your fingerprint, face, device PIN or a security key. The safest way, and the quickest.',
  'securityInfo.method.softwareOath': 'Authenticator app',
  'securityInfo.method.softwareOath.hint':
    'An app on your phone shows a code that keeps changing, even without a connection.',
  'securityInfo.method.hardwareOath': 'Hardware token',
  'securityInfo.method.hardwareOath.hint':
    'A small device of your organisation that shows a new code every 30 or 60 seconds.',
  'securityInfo.method.mobilePhone': 'Phone',
  'securityInfo.method.mobilePhone.hint': 'We send a code to your mobile phone. Less safe than a passkey or an app.',
  'securityInfo.method.alternateMobilePhone': 'Alternate phone',
  'securityInfo.method.alternateMobilePhone.hint':
    'We call another mobile phone when the first isn’t at hand. Less safe than a passkey or an app.',
  'securityInfo.method.officePhone': 'Office phone',
  'securityInfo.method.officePhone.hint': 'We call the phone at your desk. Less safe than a passkey or an app.',
  'securityInfo.method.email': 'Email',
  'securityInfo.method.email.hint': 'We send a code to a private address. It helps you reset your password.',
  'securityInfo.method.securityQuestions': 'Security questions',
  'securityInfo.method.securityQuestions.hint':
    'Answers that help you set a new password. Less safe than any other method.',
  'securityInfo.method.recoveryCodes': 'Recovery codes',
  'securityInfo.method.recoveryCodes.hint':
    'Ten codes to keep in a safe place, for the day you have lost everything else. Each works once.',
  'securityInfo.method.temporaryAccessPass': 'Temporary Access Pass',
  'securityInfo.method.temporaryAccessPass.hint': 'A pass from your help desk that works for a limited time.',
  'securityInfo.method.default': 'Default',
  'securityInfo.method.default.sms': 'Default: text message',
  'securityInfo.method.default.voice': 'Default: call',
  'securityInfo.token.serial': 'Serial number {serialNumber}',
  'securityInfo.passkey.synced': 'Available on your other devices',
  'securityInfo.passkey.deviceBound': 'On one device only',

  // The page
  'securityInfo.title': 'Security info',
  'securityInfo.lead': 'How you sign in, and how you get back in if you forget your password.',
  'securityInfo.backToList': 'Back to security info',

  // How well the account is set up
  'securityInfo.health.good': 'You’re well set up',
  'securityInfo.health.missing': 'Something is missing',
  'securityInfo.health.list': 'What your methods do for you',
  'securityInfo.health.mfa.yes': 'A stolen password is not enough to get into your account.',
  'securityInfo.health.mfa.no':
    'Only your password protects your account. Add a sign-in method, so that a stolen password isn’t enough.',
  'securityInfo.health.passwordless.yes': 'You can sign in without a password.',
  'securityInfo.health.passwordless.no': 'Add a passkey, and you can sign in without a password.',
  'securityInfo.health.reset.yes': 'You can reset your password yourself.',
  'securityInfo.health.reset.no':
    'You can’t reset your password yourself yet. Add {count, plural, one {one more method} other {# more methods}} that can do it: {methods}.',
  'securityInfo.health.reset.ask':
    'You can’t reset your password yourself yet, and there is no method for it that you can add. Ask your help desk.',

  // Banners
  'securityInfo.passOnly.title': 'You are signed in with a pass that ends',
  'securityInfo.passOnly.text':
    'Your Temporary Access Pass works until {at}. Add a sign-in method now, so that you can get in afterwards.',
  'securityInfo.reregister.title': 'Set up your method again',
  'securityInfo.reregister.text':
    'Your administrator asked you to set up your phone or authenticator app anew. Add it now, or at your next sign-in.',

  // The list
  'securityInfo.list.title': 'Your sign-in methods',
  'securityInfo.list.add': 'Add a sign-in method',
  'securityInfo.list.empty.title': 'No sign-in method yet',
  'securityInfo.list.empty.text': 'Add one, and a stolen password is not enough to get into your account.',
  'securityInfo.list.added': 'Added {at}',
  'securityInfo.list.addedByAdministrator': 'Added by your help desk {at}',
  'securityInfo.list.used': 'Last used {at}',
  'securityInfo.list.neverUsed': 'Not used yet',
  'securityInfo.list.expires': 'Works until {at}',
  'securityInfo.list.expired': 'Ended {at}',
  'securityInfo.list.once': 'Works once',
  'securityInfo.list.unusable': 'Can’t be used',
  'securityInfo.list.modelRefused':
    'A weakness became known in this model of security key. It still works; ask your help desk for another one, then remove it.',
  'securityInfo.list.rename': 'Rename',
  'securityInfo.list.change': 'Change',
  'securityInfo.list.makeDefault': 'Make default',
  'securityInfo.list.makeDefault.sms': 'Text me first',
  'securityInfo.list.makeDefault.voice': 'Call me first',
  'securityInfo.list.textSignIn.on': 'Sign in with this number',
  'securityInfo.list.textSignIn.off': 'Stop signing in with it',
  'securityInfo.list.signsIn': 'Signs you in with a text message',
  'securityInfo.list.remove': 'Remove',
  'securityInfo.list.which': '{action} {method}',
  'securityInfo.list.defaultHint.ignored':
    'When you sign in, we ask for your safest method first, whatever your default is. You can always choose another one.',
  'securityInfo.list.defaultHint.used':
    'When you sign in, we ask for your default first. You can always choose another one.',

  // Why a method can't be used, and what to do
  'securityInfo.unusable.disabled':
    'It was switched off, by your organisation or after too many wrong tries. Remove it and add one that works.',
  'securityInfo.unusable.not_targeted':
    'Your organisation doesn’t offer this kind of method to you. Add a different one, or remove this.',
  'securityInfo.unusable.excluded':
    'Your organisation doesn’t offer this kind of method to you. Add a different one, or remove this.',
  'securityInfo.unusable.blocked':
    'It is paused after several wrong tries. It works again in a while; use another one until then.',
  'securityInfo.unusable.suspect':
    'Somebody may have copied this passkey, so it was stopped. Remove it and create a new one.',
  'securityInfo.unusable.expired': 'Its time is over. Remove it, or ask your help desk for a new one.',
  'securityInfo.unusable.notYetValid': 'Its time has not begun yet.',
  'securityInfo.unusable.administrator':
    'Administrators can’t use this kind of method. Remove it, and add a different one.',
  'securityInfo.unusable.tooFew':
    'Your organisation asks for more questions by now. Remove these, and answer them again.',
  'securityInfo.unusable.allUsed': 'All of them were used. Make new ones.',
  'securityInfo.unusable.used': 'It worked once and was used. Remove it, or ask your help desk for a new one.',

  // What was just done
  'securityInfo.done.language': 'Saved. Our next mail to you will be in that language.',
  'securityInfo.done.added.passkey': 'Your passkey is ready.',
  'securityInfo.done.added.softwareOath': 'Your authenticator app is set up.',
  'securityInfo.done.added.hardwareOath': 'Your hardware token is set up.',
  'securityInfo.done.added.mobilePhone': 'Your phone is set up.',
  'securityInfo.done.added.alternateMobilePhone': 'Your alternate phone is set up.',
  'securityInfo.done.added.officePhone': 'Your office phone is set up.',
  'securityInfo.done.added.email': 'Your email address is set up.',
  'securityInfo.done.added.securityQuestions': 'Your answers are saved.',
  'securityInfo.done.changed.mobilePhone': 'Your new phone number is in use. The old one no longer works.',
  'securityInfo.done.changed.alternateMobilePhone': 'Your new phone number is in use. The old one no longer works.',
  'securityInfo.done.changed.officePhone': 'Your new phone number is in use. The old one no longer works.',
  'securityInfo.done.changed.email': 'Your new email address is in use. We told the old one.',
  'securityInfo.done.renamed': 'The new name is saved.',
  'securityInfo.done.textSignInOn': 'You can now sign in with this phone number and a text message.',
  'securityInfo.done.textSignInOff': 'Your phone number no longer signs you in.',
  'securityInfo.done.default': 'Your default is changed.',
  'securityInfo.done.removed': 'The method is removed.',
  'securityInfo.done.removedLast':
    'The method is removed. It was your last one, so now only your password protects your account. Add a new one soon.',
  'securityInfo.done.signedOutElsewhere': 'Every other device is signed out.',
  'securityInfo.done.signedOutOne': 'That device is signed out.',
  'securityInfo.done.changedElsewhere':
    'Your security info was changed in another window meanwhile. Here is the newest list.',
  'securityInfo.upgrade.made': 'Your browser saved a passkey for you.',
  'securityInfo.upgrade.text':
    'Next time you can sign in without your password. It is in the list of your methods, where you can name or remove it.',
  'securityInfo.upgrade.show': 'Show it',
  'securityInfo.done.name': 'Give it a name',
  'securityInfo.done.elsewhere': 'If you changed this because you don’t trust a device any more, sign out there too.',

  // Adding
  'securityInfo.add.title': 'Add a sign-in method',
  'securityInfo.add.lead': 'Choose what suits you. You can add more than one.',
  'securityInfo.add.label': 'Methods you can add',
  'securityInfo.add.unavailable': 'Not available right now',
  'securityInfo.add.recommended': 'Recommended',
  'securityInfo.add.lessSafe': 'Less safe',
  'securityInfo.add.none':
    'There is no method you can add yourself right now. Contact your administrator: they can turn one on for you.',
  'securityInfo.add.reason.limit_reached':
    'You have as many as your account can hold ({max}). Remove one, then add the new one.',
  'securityInfo.add.reason.questions': 'You already answered them. To answer anew, remove them first.',
  'securityInfo.add.reason.administrator': 'Administrators can’t use security questions.',
  'securityInfo.add.reason.recoveryCodes': 'You already have codes. Make new ones from your list instead.',
  'securityInfo.add.reason.one': 'You already have one. Change it in your list instead.',
  'securityInfo.add.reason.notOffered': 'Your organisation doesn’t offer this method to you.',
  'securityInfo.add.reason.mobile_phone_first': 'Add your mobile phone first; this one is its spare.',
  'securityInfo.add.reason.guest': 'Your organisation doesn’t offer passkeys to guests.',
  'securityInfo.add.reason.self_service_off': 'Your organisation sets up passkeys for you. Ask your help desk for one.',
  'securityInfo.add.appName.label': 'Name',
  'securityInfo.add.appName.hint': 'So that you know it later, for example “My phone”.',

  // Security questions
  'securityInfo.questions.answered': '{count, plural, one {# question} other {# questions}} answered',
  'securityInfo.questions.set': 'A set of security questions',

  // Recovery codes
  'securityInfo.recoveryCodes.left': '{left, plural, =0 {No code} one {1 code} other {# codes}} of {total} left',
  'securityInfo.recoveryCodes.set': 'A set of recovery codes',
  'securityInfo.recoveryCodes.renew': 'Make new codes',
  'securityInfo.recoveryCodes.few.title': 'Your recovery codes are running out',
  'securityInfo.recoveryCodes.few.text': 'Make new ones while you still have another method at hand.',
  'securityInfo.recoveryCodes.title': 'Make recovery codes',
  'securityInfo.recoveryCodes.titleAgain': 'Make new recovery codes',
  'securityInfo.recoveryCodes.lead':
    'Ten codes for the day you have lost your phone, your key and everything else. Each one works once, together with your password.',
  'securityInfo.recoveryCodes.once':
    'You see the codes once, on the next page. Have paper, a printer or your password manager at hand.',
  'securityInfo.recoveryCodes.keep':
    'Keep them where nobody else looks, and not together with your phone. We never ask you for one by email or phone.',
  'securityInfo.recoveryCodes.again': 'The codes you have now stop working at once.',
  'securityInfo.recoveryCodes.submit': 'Make codes',
  'securityInfo.recoveryCodes.made': 'Your recovery codes are ready. Save them before you leave this page.',
  'securityInfo.recoveryCodes.list': 'Your recovery codes',
  'securityInfo.recoveryCodes.copy': 'Copy all',
  'securityInfo.recoveryCodes.download': 'Download as a text file',
  'securityInfo.recoveryCodes.print': 'Print',
  'securityInfo.recoveryCodes.afterwards':
    'They are not shown again. When three are left, we ask you to make new ones.',
  'securityInfo.recoveryCodes.done': 'I have saved them',
  'securityInfo.recoveryCodes.file':
    'Recovery codes for {account} at {service}, made {at}\nEach works once. Keep them where nobody else looks.',
  'securityInfo.recoveryCodes.closed.title': 'Not yet',

  // Changing
  'securityInfo.change.title.phone': 'Change your phone number',
  'securityInfo.change.title.email': 'Change your email address',
  'securityInfo.change.lead.phone':
    'We send a code to the new number. Until you have entered it, the old number keeps working:',
  'securityInfo.change.lead.email':
    'We send a code to the new address. Until you have entered it, the old address stays in use:',

  // Renaming
  'securityInfo.rename.title': 'Give it a name',
  'securityInfo.rename.lead': 'Choose a name by which you know this method.',
  'securityInfo.rename.label': 'Name',
  'securityInfo.rename.submit': 'Save',

  // Removing
  'securityInfo.remove.title': 'Remove this method?',
  'securityInfo.remove.text': 'This can’t be undone. To use it again, you would have to set it up anew.',
  'securityInfo.remove.lastTitle': 'Remove your last sign-in method?',
  'securityInfo.remove.lastText':
    'This is the only method that protects your account beside your password. Without it, you may not be able to sign in where your organisation asks for one, and we will ask you to set up a new one. It is safer to add another one first.',
  'securityInfo.remove.default': 'It is your default. Another of your methods will take its place.',
  'securityInfo.remove.submit': 'Remove',
  'securityInfo.remove.pending': 'Removing…',
  'securityInfo.remove.addFirst': 'Add another one first',
  'securityInfo.remove.cancel': 'Keep it',

  // Sessions
  'securityInfo.sessions.title': 'Where you’re signed in',
  'securityInfo.sessions.lead': 'Do you see a device that isn’t yours? Sign it out, then change your password.',
  'securityInfo.sessions.card': 'See your devices, and sign out of those you don’t use any more.',
  'securityInfo.sessions.show': 'See your devices',
  'securityInfo.sessions.list': 'Your devices',
  'securityInfo.sessions.unknownDevice': 'Unknown device',
  'securityInfo.sessions.current': 'This one',
  'securityInfo.sessions.address': 'Address {address}',
  'securityInfo.sessions.addressUnknown': 'Address not known',
  'securityInfo.sessions.since': 'Signed in {at}',
  'securityInfo.sessions.seen': 'Last seen {at}',
  'securityInfo.sessions.end': 'Sign out',
  'securityInfo.sessions.endPending': 'Signing out…',
  'securityInfo.sessions.onlyThis': 'You’re signed in on this device only.',
  'securityInfo.sessions.elsewhere': 'Sign out everywhere else',
  'securityInfo.sessions.elsewhereTitle': 'Sign out everywhere else?',
  'securityInfo.sessions.elsewhereText':
    'Every other browser and device where you’re signed in must sign in again. You stay signed in here.',
  'securityInfo.sessions.cancel': 'Stay signed in there',
} as const

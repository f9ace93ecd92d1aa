/** Resetting a forgotten password. Nothing here may differ by whether an account exists. */
export const passwordReset = {
  'passwordReset.link': 'Forgot your password, or locked out?',
  'passwordReset.back': 'Back to sign-in',
  'passwordReset.startAgain': 'Start again',
  'passwordReset.pending': 'One moment…',
  'passwordReset.continue': 'Continue',
  'passwordReset.account': 'Account',
  'passwordReset.reference': 'Reference for your help desk',

  'passwordReset.identify.title': 'Get back into your account',
  'passwordReset.identify.lead': 'First tell us who you are. Then you prove it with something you registered before.',
  'passwordReset.identify.ended':
    'The 15 minutes for this reset are over, or it was started anew. Nothing was changed. Start again.',
  'passwordReset.identify.working': 'Your browser is preparing a small check. This takes a moment.',
  'passwordReset.identify.noScript': 'Without scripts this step takes a few seconds longer.',
  'passwordReset.off.title': 'You can’t reset a password here',
  'passwordReset.off.lead': 'Your organisation has not turned this on. Ask your help desk for a new password.',
  'passwordReset.off.administratorsOnly':
    'Only administrators can reset their password here. Everybody else asks the help desk.',

  'passwordReset.choose.title': 'What happened?',
  'passwordReset.choose.label': 'Choose what you need',
  'passwordReset.choose.reset': 'I forgot my password',
  'passwordReset.choose.reset.hint': 'You set a new one.',
  'passwordReset.choose.unlock': 'I know my password, but still can’t sign in',
  'passwordReset.choose.unlockGone':
    'Your organisation no longer offers to unlock an account without a new password. Set a new one, or contact your administrator.',
  'passwordReset.choose.unlock.hint': 'Your account is unlocked, and the password stays.',

  'passwordReset.gate.title': 'Prove it’s you',
  'passwordReset.gate.first.lead':
    'Choose something you have registered. If you choose something else, nothing arrives and no code fits.',
  'passwordReset.gate.next.title': 'One more proof',
  'passwordReset.gate.next.lead': 'That worked. Your account needs a second proof that is independent of the first.',
  'passwordReset.gate.ways': 'Ways to prove it’s you',
  'passwordReset.gate.other': 'Choose another way',
  'passwordReset.gate.blocked': 'Not possible now',
  'passwordReset.gate.blocked.sameMethod': 'You have just used this method. A second proof has to be another one.',
  'passwordReset.gate.blocked.sameNumber': 'It leads to the same phone number that you have just used.',
  'passwordReset.gate.blocked.sameMailbox': 'It leads to the same mailbox that you have just used.',
  'passwordReset.gate.blocked.sameDevice': 'It is on the same device that you have just used.',
  'passwordReset.gate.tooNew': 'It was added or changed less than a day ago, so it doesn’t count yet.',

  'passwordReset.way.oath': 'Code from an app or a token',
  'passwordReset.way.oath.hint': 'The 6 digits that your authenticator app or hardware token shows.',
  'passwordReset.way.email': 'Code by email',
  'passwordReset.way.email.hint': 'To the address you registered.',
  'passwordReset.way.sms': 'Code by text message',
  'passwordReset.way.sms.hint': 'To your mobile phone. You type its number.',
  'passwordReset.way.mobileCall': 'Call to your mobile phone',
  'passwordReset.way.mobileCall.hint': 'You type its number, answer, and press #.',
  'passwordReset.way.officeCall': 'Call to your office phone',
  'passwordReset.way.officeCall.hint': 'You type its number, answer, and press #.',
  'passwordReset.way.passkey': 'Passkey',
  'passwordReset.way.passkey.hint': 'Your fingerprint, face, PIN or security key.',
  'passwordReset.way.questions': 'Security questions',
  'passwordReset.way.questions.hint': 'All answers must be right.',

  'passwordReset.send.email': 'Email me a code',
  'passwordReset.send.sms': 'Text me a code',
  'passwordReset.send.call': 'Call me',
  'passwordReset.number.lead': 'Type the whole number that you registered, so that we know that you know it.',
  'passwordReset.number.label.sms': 'Your mobile number',
  'passwordReset.number.label.mobileCall': 'Your mobile number',
  'passwordReset.number.label.officeCall': 'Your office number, without an extension',
  'passwordReset.sent.email':
    'If this address is registered for the account, a code is on its way. It works for 5 minutes.',
  'passwordReset.sent.sms':
    'If this is the number registered for the account, a code is on its way. It works for 5 minutes.',
  'passwordReset.sent.call':
    'If this is the number registered for the account, it is ringing now. Answer, and press #.',
  'passwordReset.sent.to': 'Sent to',
  'passwordReset.call.over': 'Nobody pressed # in time. Call again, or choose another way.',
  'passwordReset.call.continue': 'I pressed #',
  'passwordReset.code.label': 'Code',
  'passwordReset.code.hint': '6 digits.',
  'passwordReset.oath.label': 'Code from your app or token',
  'passwordReset.oath.hint': 'The 6 digits that it shows now.',
  'passwordReset.verify': 'Check the code',
  'passwordReset.answers.lead': 'Answer as you did when you set them up. Capital letters don’t matter.',
  'passwordReset.answers.submit': 'Check my answers',
  'passwordReset.passkey.submit': 'Use my passkey',
  'passwordReset.late.summary': 'Nothing arrived?',
  'passwordReset.late.text':
    'A message normally takes less than a minute. Look among unwanted mail, ask for a new one, choose another way, or contact your administrator.',

  'passwordReset.new.title': 'Choose a new password',
  'passwordReset.new.lead': 'That’s everything we needed. You will be signed out everywhere.',
  'passwordReset.new.submit': 'Set the new password',
  'passwordReset.unlock.title': 'Unlock your account',
  'passwordReset.unlock.lead': 'That’s everything we needed. Your password stays as it is.',
  'passwordReset.unlock.submit': 'Unlock my account',

  'passwordReset.findingOut.title': 'We’re finding out',
  'passwordReset.findingOut.lead':
    'The directory that keeps your password hasn’t answered yet. We don’t know whether it took the new one, and keep asking.',
  'passwordReset.findingOut.look': 'Look again',

  'passwordReset.done.reset.title': 'Your password is set',
  'passwordReset.done.reset.lead': 'You were signed out everywhere. Sign in with the new password now.',
  'passwordReset.done.unlock.title': 'Your account is unlocked',
  'passwordReset.done.unlock.lead': 'Sign in with your password now.',
  'passwordReset.done.unlock.waits':
    'If sign-in was paused after wrong passwords, that pause still ends by itself, and then your password works.',
  'passwordReset.done.signIn': 'Sign in',

  'passwordReset.locked.title': 'Too many tries',
  'passwordReset.locked.lead':
    'To keep this account safe, its password can’t be reset here for now. Try again in {wait}, or contact your administrator. Signing in is not affected.',

  'passwordReset.refused.title': 'We can’t reset your password here',
  'passwordReset.refused.notSetUp':
    'Your account doesn’t have enough registered methods that are independent of each other. Your administrator can help you in.',
  'passwordReset.refused.notForYou':
    'Resetting a password is not open to your account. Your administrator can help you in.',
  'passwordReset.refused.elsewhere':
    'Your password is kept by another organisation. Reset it there, then sign in again.',
  'passwordReset.refused.noPassword':
    'Your account has no password. Sign in with a passkey, or ask your administrator.',
  'passwordReset.refused.policy':
    'A policy of your organisation doesn’t allow it from where you are, or with what you proved. Try from another network, or ask your administrator.',
  'passwordReset.refused.directory':
    'Your password is kept in a directory that can’t be changed from here. Your administrator can help you in.',
  'passwordReset.refused.outcome':
    'The directory never told us whether it took the new password. Try to sign in with it; if that doesn’t work, ask your administrator.',
  'passwordReset.refused.code': 'Number',

  'passwordReset.contact.link': 'Contact your administrator',
  'passwordReset.contact.title': 'Contact your administrator',
  'passwordReset.contact.lead':
    'We send a mail to those who can help, with the name of the account and your reference. They will make sure that it’s you.',
  'passwordReset.contact.submit': 'Ask for help',
  'passwordReset.contact.sent':
    'If this account exists, somebody has been told, unless very many people asked within the same hour. Keep the reference at hand. If nobody gets in touch, call your help desk, or ask again after an hour: a second mail goes no sooner.',
  'passwordReset.contact.page': 'Your organisation’s help desk',
  'passwordReset.contact.backToReset': 'Back to where you were',

  'passwordResetPolicy.selfService': 'The reset itself',
  'passwordResetPolicy.unlock': 'Let people unlock their account and keep the password',
  'passwordResetPolicy.unlock.hint': 'Needs the same proofs as a new password.',
  'passwordResetPolicy.unlockEndsLockout': 'Unlocking also ends the pause after wrong passwords here',
  'passwordResetPolicy.unlockEndsLockout.hint': 'Otherwise only a new password does.',
  'passwordResetPolicy.passkey': 'A passkey counts as a proof',
  'passwordResetPolicy.passkey.hint': 'Whoever still has a passkey can sign in with it and change the password there.',
  'passwordResetPolicy.writeback': 'Reset passwords that are kept in a directory',
  'passwordResetPolicy.notifyPerson': 'Tell people when their password was reset',
  'passwordResetPolicy.notifyPerson.hint': 'Leave this on: it is how somebody learns that it was not them.',
  'passwordResetPolicy.notifyAdministrators': 'Tell all Global Administrators when an administrator resets their own',
  'passwordResetPolicy.refusalDetail': 'Say at once why somebody can’t reset, with its number',
  'passwordResetPolicy.refusalDetail.hint': 'Tells strangers who is set up and who is not. Off: the audit log has it.',
  'passwordResetPolicy.helpdesk': 'Help desk',
  'passwordResetPolicy.helpdesk.hint':
    'A page (https://…) or a mailbox, in place of a mail to administrators. Not a mailbox whose owner may need a reset.',
  'passwordResetPolicy.helpdesk.bad': 'Enter an address that begins with https://, or one mailbox.',
} as const

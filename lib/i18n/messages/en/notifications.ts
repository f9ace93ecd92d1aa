/**
 * What is sent by email and SMS. Text messages use characters of the GSM alphabet only (no curly quotes): any other
 * one halves what fits into a message. A code never stands in a subject or near the beginning, where lock screens show it.
 */
export const notifications = {
  'notifications.greeting': 'Hello {name},',
  'notifications.support': 'Help desk: {contact}',
  'notifications.test.subject': 'Test: {subject}',
  'notifications.test.lead': 'This is a test that an administrator sent to themselves. Nothing happened.',
  'notifications.footer':
    'This message was sent automatically. {service} never asks you for a code or a password by email or phone.',

  'notifications.verificationCode.subject': 'Your verification code for {service}',
  'notifications.verificationCode.lead.register':
    'You are setting up a sign-in method for your account at {service}. Enter the code below in the window where you started, and nowhere else.',
  'notifications.verificationCode.lead.signIn':
    'You are signing in to your account at {service}. Enter the code below in the window where you started, and nowhere else.',
  'notifications.verificationCode.lead.confirm':
    'You are confirming that it’s you at {service}. Enter the code below in the window where you started, and nowhere else.',
  'notifications.verificationCode.lead.passwordReset':
    'You are resetting the password of your account at {service}. Enter the code below in the window where you started, and nowhere else.',
  'notifications.verificationCode.code': 'Your code: {code}',
  'notifications.verificationCode.validity': 'It works once, for {lifetime}.',
  'notifications.verificationCode.notYou':
    'Not you? Then don’t share this code with anyone, and tell your help desk that you received it.',
  'notifications.verificationCode.sms.register':
    '{service}: {code} is your code to set up a sign-in method. Not you? Share it with nobody and tell your help desk.',
  'notifications.verificationCode.sms.signIn':
    '{service}: {code} is your code to sign in. Not you? Share it with nobody and tell your help desk.',
  'notifications.verificationCode.sms.confirm':
    '{service}: {code} is your code to confirm it is you. Not you? Share it with nobody and tell your help desk.',

  'notifications.verificationCode.sms.passwordReset':
    '{service}: {code} is your code to reset your password. Not you? Share it with nobody and tell your help desk.',

  // Spoken, by a machine to somebody with a telephone at the ear
  'notifications.call.code.register': 'Hello. This is {service}. You are setting up this telephone for your account.',
  'notifications.call.code.signIn': 'Hello. This is {service}. You are signing in.',
  'notifications.call.code.confirm': 'Hello. This is {service}. You are confirming that it is you.',
  'notifications.call.code.passwordReset': 'Hello. This is {service}. You are resetting your password.',
  'notifications.call.code.first': 'Your code is: {digits}.',
  'notifications.call.code.again': 'Once more, your code is: {digits}.',
  'notifications.call.code.notYou':
    'If you did not ask for it, tell the code to nobody, and tell your help desk about this call. Goodbye.',
  'notifications.call.key.ask':
    'Hello. This is {service}. Somebody is signing in to your account. If it is you, press the hash key now. It is also called the pound key. If it is not you, press any other key.',
  'notifications.call.key.again':
    'Once more. If you are signing in yourself, press the hash key, also called the pound key. If not, press any other key.',
  'notifications.call.key.askReset':
    'Hello. This is {service}. Somebody is resetting the password of your account. If it is you, press the hash key now. It is also called the pound key. If it is not you, press any other key.',
  'notifications.call.key.againReset':
    'Once more. If you are resetting your password yourself, press the hash key, also called the pound key. If not, press any other key.',
  'notifications.call.key.silent': 'No key was pressed, so nobody was signed in. Goodbye.',
  'notifications.call.key.silentReset': 'No key was pressed, so no password was reset. Goodbye.',
  'notifications.call.approved': 'Thank you. Go on in the window where you began. Goodbye.',
  'notifications.call.denied':
    'Nobody was signed in. If you did not ask for this call, somebody may know your password: tell your help desk. Goodbye.',
  'notifications.call.resetDenied':
    'No password was reset. If you did not ask for this call, somebody else is trying to get into your account: tell your help desk. Goodbye.',
  'notifications.call.tooLate': 'This call came too late. Start again in the window where you began. Goodbye.',

  'notifications.notice.when': 'When: {at}',
  'notifications.notice.where': 'From: network {place}',
  'notifications.notice.by.you': 'By: you, while signed in',
  'notifications.notice.by.administrator': 'By: an administrator of {service}',
  'notifications.notice.deleted': 'These no longer work: {methods}',
  'notifications.notice.notYou':
    'Was this you, or did you expect it? Then there is nothing to do. If not, contact your help desk at once, and check your security info: {link}',
  'notifications.notice.someMethod': 'A sign-in method',

  'notifications.passwordReset.subject': 'Your password was reset',
  'notifications.passwordReset.what':
    'The password of your account at {service} was reset by somebody who proved to be you. You are signed out everywhere.',
  'notifications.accountUnlocked.subject': 'Your account was unlocked',
  'notifications.accountUnlocked.what':
    'Your account at {service} was unlocked by somebody who proved to be you. The password is the same as before.',
  'notifications.administratorPasswordReset.subject': 'An administrator reset their own password',
  'notifications.administratorPasswordReset.what': 'The administrator {account} at {service} reset their own password.',
  'notifications.administratorPasswordReset.next':
    'If nobody expected this, ask the administrator in person. Until you know, give the account a temporary password and keep it: that ends the password that was set and every session. {link}',
  'notifications.helpAsked.subject': 'Somebody asks for help with a password',
  'notifications.helpAsked.what':
    'Somebody who cannot reset the password of {account} at {service} asks for help. Their reference is {reference}; “Password resets” in the admin area says what stopped them.',
  'notifications.helpAsked.next':
    'Nothing is proven yet. Make sure in person or by a number you know that it is really them. What stopped them, and what you can do, is here: {link}',

  'notifications.methodAdded.subject': 'A sign-in method was added to your account',
  'notifications.methodAdded.what': '{method} was added to your account at {service}.',
  'notifications.methodChanged.subject': 'A sign-in method of your account was changed',
  'notifications.methodChanged.what': '{method} was changed in your account at {service}.',
  'notifications.methodRemoved.subject': 'A sign-in method was removed from your account',
  'notifications.methodRemoved.what': '{method} was removed from your account at {service}.',
  'notifications.defaultMethodChanged.subject': 'Your default sign-in method was changed',
  'notifications.defaultMethodChanged.what': '{method} is now the first choice when you sign in to {service}.',
  'notifications.passCreated.subject': 'A Temporary Access Pass was created for you',
  'notifications.passCreated.what':
    'A Temporary Access Pass was created for your account at {service}. Whoever has it can sign in as you for a while.',
  'notifications.passUsed.subject': 'A Temporary Access Pass was used to sign in',
  'notifications.passUsed.what': 'Somebody signed in to your account at {service} with a Temporary Access Pass.',
  'notifications.passStopped.subject': 'A Temporary Access Pass you created was stopped',
  'notifications.passStopped.what':
    'A Temporary Access Pass you created at {service} was stopped after too many wrong tries. Create a new one if it is still needed.',
  'notifications.recoveryCodesMade.subject': 'New recovery codes were made for your account',
  'notifications.recoveryCodesMade.what':
    'New recovery codes were made for your account at {service}. Codes from before no longer work. Whoever has one of the new codes and your password can sign in as you.',
  'notifications.recoveryCodeUsed.subject': 'A recovery code was used to sign in',
  'notifications.recoveryCodeUsed.what':
    'Somebody signed in to your account at {service} with your password and a recovery code. {left, plural, =0 {That was the last one.} one {One code is left.} other {# codes are left.}}',
  'notifications.sessionsRevoked.subject': 'You were signed out everywhere',
  'notifications.sessionsRevoked.what': 'Your account at {service} was signed out on all devices.',
  'notifications.passkeySuspect.subject': 'One of your passkeys was turned off',
  'notifications.passkeySuspect.what':
    '{method} behaved as if it had been copied, so {service} no longer accepts it. Remove it and add a new one.',
  'notifications.signInAfterFailures.subject': 'Sign-in after several failed tries',
  'notifications.signInAfterFailures.what':
    'Somebody signed in to your account at {service} after several tries with a wrong password or code.',
  'notifications.perUserMfaOn.subject': 'You need a second factor from now on',
  'notifications.perUserMfaOn.what':
    'An administrator of {service} decided that you use a second factor at every sign-in. If you have none yet, you will be guided the next time you sign in.',
  'notifications.perUserMfaOff.subject': 'Your account is less protected now',
  'notifications.perUserMfaOff.what':
    'An administrator of {service} decided that you no longer need a second factor at every sign-in.',
  'notifications.reregistrationRequired.subject': 'Please set up your sign-in methods again',
  'notifications.reregistrationRequired.what':
    'An administrator of {service} asks you to set up your sign-in methods again. You will be guided the next time you sign in.',
  'notifications.passwordChanged.subject': 'Your password was changed',
  'notifications.passwordChanged.what':
    'The password of your account at {service} was changed. You were signed out on all other devices.',
  'notifications.temporaryPasswordIssued.subject': 'You were given a temporary password',
  'notifications.temporaryPasswordIssued.what':
    'An administrator of {service} gave your account a temporary password and will tell you what it is. Your old password no longer works, and you were signed out everywhere. Sign in with the temporary one and choose your own.',
  'notifications.textMessagesStopped.subject': 'Text messages were stopped',
  'notifications.textMessagesStopped.what':
    'Twofold at {service} stopped text messages to {method}: too few of the codes sent there were ever typed. Somebody may be making messages go to numbers that earn money.',
  'notifications.textMessagesStopped.next':
    'Look at what was sent, and let messages go on when all is well: {link}. You get this as an administrator of sign-in methods.',
  'notifications.breakGlassSignedIn.subject': 'An emergency account signed in',
  'notifications.breakGlassSignedIn.what':
    'The emergency account {method} signed in to {service}. No policy holds it back, so nobody should use it on an ordinary day.',
  'notifications.breakGlassSignedIn.next':
    'If this was planned, there is nothing to do. If not, end its sessions and change its password at once, then look at what it did: {link}. You get this as a Global Administrator, at most once an hour for each account.',
} as const

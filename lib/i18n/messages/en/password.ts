/** Setting a new password: one's own, and a temporary one for somebody else. Reasons against one stand in `failures.ts`. */
export const password = {
  'password.title': 'Change your password',
  'password.lead': 'You stay signed in here, and are signed out on every other device.',
  'password.current': 'Password you have now',
  'password.new': 'New password',
  'password.new.hint.nist':
    'At least {min} characters; anything you can type. A few words in a row are good, and so is what your password manager suggests.',
  'password.new.hint.entra':
    'At least {min} characters, with three of these four: small letters, capital letters, digits, signs.',
  'password.strength': 'Strength:',
  'password.strength.0': 'very weak',
  'password.strength.1': 'weak',
  'password.strength.2': 'fair',
  'password.strength.3': 'good',
  'password.strength.4': 'very good',
  'password.submit': 'Change password',
  'password.errors': 'Your password was not changed',
  'password.done.title': 'Your password is changed',
  'password.done': 'Use it from now on. You stay signed in here, and are signed out on every other device.',
  'password.card.title': 'Password',
  'password.card.text': 'Change it when somebody else might know it. It never expires by itself.',
  'password.none.title': 'Your account has no password',

  // Kept in a directory
  'password.directory.title': 'Your password lives in {name}',
  'password.directory.lead':
    'It lives in {name} and is changed there, so it changes wherever you use it. You stay signed in here, and are signed out on every other device.',
  'password.directory.findingOut': 'We’re finding out',
  'password.directory.findingOut.lead':
    'The directory that keeps your password hasn’t answered yet. We don’t know whether it took the new one, and keep asking. Keep both passwords at hand.',
  'password.directory.findingOut.look': 'Look again',
  'password.directory.refused': 'The directory didn’t take the new password. The one before still holds. Try again.',
  'password.directory.lost':
    'The directory never told us whether it took the new password. Try both; if neither works, ask your help desk.',

  // In place of a temporary one
  'password.temporary.title': 'Choose your own password',
  'password.temporary.lead':
    'You signed in with a temporary password. It is good for one thing: choosing your own, which nobody else knows.',
  'password.renew.title': 'Choose a new password',
  'password.renew.lead':
    'Your organisation asks you for a new one before you go on. It helps when somebody may know the present one.',
  'password.due.title': 'Choose a new password',
  'password.due.lead':
    'Your organisation’s directory wants a new password before you go on. It takes one only together with the present one, so enter both.',
  'password.temporary.submit': 'Set password and go on',

  // For somebody else
  'password.issue.title': 'Temporary password',
  'password.issue.text':
    'A password made here, for setting a new one within 7 days. The old one stops working, and every session ends.',
  'password.issue.action': 'Issue a temporary password',
  'password.issue.heading': 'Temporary password for {name}',
  'password.issue.lead': 'Make sure you are talking to the right person before you read a password to them.',
  'password.issue.what':
    'Their password stops working at once and they are signed out everywhere. With the temporary one they sign in and choose their own; it is good for nothing else. A pause after wrong passwords ends.',
  'password.issue.rather':
    'If they still have a method to sign in with, or could register a passkey, a Temporary Access Pass is the better help.',
  'password.issue.submit': 'Issue the password',
  'password.issue.cancel': 'Cancel',
  'password.issue.shown': 'Temporary password',
  'password.issue.copy': 'Copy the password',
  'password.issue.spell': 'Read it out',
  'password.issue.spell.hint': 'All letters are small. The hyphens belong to it.',
  'password.issue.until': 'Until',
  'password.issue.where': 'Where to use it',
  'password.issue.where.text': '{origin}, with the user name {userName}',
  'password.issue.issued': 'The password is ready. It is shown only here and only now.',
  'password.issue.done': 'Done, forget the password',
  'password.issue.directory.text':
    'A password made here and set in {name}, for setting a new one. The old one stops working, and every session ends.',
  'password.issue.directory.what':
    'Their password stops working at once, everywhere it is used, and they are signed out. {name} asks for a new one at the next sign-in, here or at a work computer.',
  'password.issue.directory.until': 'Until a new one is set at the next sign-in',
  'password.issue.directory.ordinary':
    '{name} has no rule that asks for a new one, so this password goes on working. Ask them to change it as soon as they are in.',
  'password.issue.directory.readOnly': '{name} takes no passwords from here. Set one there, or issue a pass.',
  'password.issue.state': 'Password',
  'password.issue.state.until': 'Temporary, until {at}',
  'password.issue.state.ended': 'Temporary, ended {at}: issue a new one',
} as const

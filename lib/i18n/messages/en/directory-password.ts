/**
 * What a directory answers to a new password, as sentences for the person who chose it. `directory.refusal.<reason>` has one
 * for every `RefusalReason`.
 */
export const directoryPassword = {
  'directory.refusal.tooShort':
    'Your organisation’s directory wants a longer password. Choose one with more characters.',
  'directory.refusal.inHistory':
    'You have used this password before, and your organisation’s directory remembers. Choose a new one.',
  'directory.refusal.tooYoung':
    'Your password was changed a short while ago, and your organisation’s directory lets you change it again later. Try again tomorrow.',
  'directory.refusal.quality':
    'Your organisation’s directory finds this password too easy to guess. Choose a longer one with different kinds of characters.',
  'directory.refusal.complexity':
    'This password doesn’t meet the rules of your organisation’s directory. Choose a longer one with small and capital letters, digits and signs, without your name, that you haven’t used before.',
  'directory.refusal.mustSupplyOld':
    'Your organisation’s directory changes a password only with the present one. Change it there, or ask your help desk.',
  'directory.refusal.notAllowed':
    'Your organisation’s directory doesn’t let this password be changed. Ask your help desk.',
  'directory.refusal.wrongOld': 'That isn’t the password you have now. Check it and try again.',
  'directory.refusal.locked':
    'Your account is locked in your organisation’s directory. Wait a while, or ask your help desk to unlock it.',
  'directory.refusal.lockedForGood':
    'Whoever looks after your organisation’s directory locked this account, and only they can unlock it. Ask your help desk.',
  'directory.refusal.notPermitted':
    'We aren’t allowed to do this in your organisation’s directory. Ask your help desk; they can set it there.',
  'directory.refusal.gone': 'We can’t find your account in your organisation’s directory any more. Ask your help desk.',
  'directory.refusal.protected':
    'This account is protected in your organisation’s directory, so it can’t be changed from here. Change it there, or ask your administrator.',
  'directory.refusal.notHere':
    'This account is looked after in your organisation’s directory and can’t be changed from here. Ask your help desk.',
  'directory.refusal.unsuitable':
    'Your organisation’s directory can’t keep this password. Choose another one with letters, digits and common signs.',
  'directory.refusal.other':
    'Your organisation’s directory refused this password and didn’t say why. Choose a longer one, or ask your help desk.',
  'directory.refusal.said': 'Your organisation’s directory refused this password. It says: {text}',
  'directory.refusal.notTaken':
    'Your organisation’s directory didn’t take the new password. The one before still holds.',
} as const

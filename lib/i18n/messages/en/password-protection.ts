/** The admin page for the rules of passwords and the pause after wrong ones. */
export const passwordProtection = {
  'passwordProtection.title': 'Password protection',
  'passwordProtection.lead':
    'What a new password must be, and when wrong ones pause signing in. Nobody’s present password stops working.',
  'passwordProtection.rules': 'What a new password must be',
  'passwordProtection.profile': 'Rules',
  'passwordProtection.profile.nist': 'Long ones, any characters',
  'passwordProtection.profile.nist.hint':
    'As NIST SP 800-63B-4 says: at least 15 characters, or 8 for people whose every sign-in needs a second factor. Everything that can be typed, no rule about kinds of characters.',
  'passwordProtection.profile.entra': 'As in Microsoft Entra',
  'passwordProtection.profile.entra.hint':
    'At least 8 characters out of letters from A to Z, digits and signs, with three of the four kinds. Departs from NIST; for organisations that need both to be the same.',
  'passwordProtection.lengthMin': 'Least number of characters',
  'passwordProtection.lengthMin.hint': '{min} to {max}. The rules above may ask for more.',
  'passwordProtection.lengthMin.bad': 'Enter a whole number from {min} to {max}.',
  'passwordProtection.always':
    'Always refused: the person’s name and the organisation’s, words that many people use, the commonest passwords, and those in lists of known ones.',
  'passwordProtection.blocked': 'Words of your organisation',
  'passwordProtection.blocked.on': 'Refuse passwords made of these words',
  'passwordProtection.blocked.on.hint':
    'A password may hold one, if there is enough beside it: each word counts as one character, and five are needed.',
  'passwordProtection.blocked.words': 'Words',
  'passwordProtection.blocked.words.hint':
    'One on each line, 4 to 16 characters, at most {max}. Capitals and the disguises 0 for o, 1 for l, $ for s and @ for a need no line of their own.',
  'passwordProtection.line.tooShort': 'Line {line}: a word needs at least 4 characters.',
  'passwordProtection.line.tooLong': 'Line {line}: a word has at most 16 characters.',
  'passwordProtection.line.unreadable': 'Line {line}: this can’t be read as text. Write it again.',
  'passwordProtection.line.twice': 'Line {line}: this word is already on line {first}.',
  'passwordProtection.line.tooMany': 'Line {line}: this is more than {max} words. Leave some out.',
  'passwordProtection.line.more': '… and {count, plural, one {one more line} other {# more lines}}.',
  'passwordProtection.lockout': 'Pause after wrong passwords',
  'passwordProtection.lockout.lead':
    'Places that a person has signed in from within 30 days count apart from others, so strangers don’t lock people out of their own desk. The same wrong password again does not count.',
  'passwordProtection.lockout.threshold': 'Wrong passwords until the first pause',
  'passwordProtection.lockout.seconds': 'First pause, in seconds',
  'passwordProtection.lockout.seconds.hint': '{min} to {max}. Each further one is twice as long, up to a day.',
  'passwordProtection.lockout.number.hint': '{min} to {max}.',
  'passwordProtection.preview': 'See what it changes',
  'passwordProtection.preview.title': 'What will change',
  'passwordProtection.preview.line': '{term}: {text} (now: {was})',
  'passwordProtection.preview.same': 'Nothing would change.',
  'passwordProtection.preview.reach':
    '{withPassword, plural, =0 {Nobody has a password} one {One person has a password} other {# people have a password}}, out of {people}. For them the rules hold the next time they set one; what they have now goes on working.',
  'passwordProtection.preview.temporary':
    '{temporary, plural, one {One of them has} other {# of them have}} a temporary password and will meet the new rules first.',
  'passwordProtection.preview.lockout': 'Pauses count by the new figures from the next wrong password on.',
  'passwordProtection.save': 'Save',
  'passwordProtection.saved': 'Saved. It counts from now on.',
  'passwordProtection.words.profile': 'Rules',
  'passwordProtection.words.length': 'Least number of characters',
  'passwordProtection.words.blocked': 'Words of your organisation',
  'passwordProtection.words.blocked.off': 'Off',
  'passwordProtection.words.blocked.count': '{count, plural, =0 {On, without a word} one {One word} other {# words}}',
  'passwordProtection.words.list': 'The list of words',
  'passwordProtection.words.list.changed': '{added} added, {removed} removed',
  'passwordProtection.words.threshold': 'Wrong passwords until the first pause',
  'passwordProtection.words.seconds': 'First pause',
} as const

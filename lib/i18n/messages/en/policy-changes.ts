/** What a change of a policy means, before it is saved. */
export const policyChanges = {
  'policyChanges.preview.title': 'What this change means',
  'policyChanges.preview.lead': 'Nothing is saved yet. These are the people as they are right now.',
  'policyChanges.preview.change': 'The change',
  'policyChanges.preview.now': 'Now: {text}',
  'policyChanges.preview.same': 'This is how it is already. Nothing would change.',
  'policyChanges.preview.people': 'Whom it concerns',
  'policyChanges.preview.nobody': 'Nobody notices anything now: no registered method stops or starts working.',
  'policyChanges.preview.allowed':
    '{after, plural, =0 {Nobody} one {# person} other {# people}} may use it, {before, plural, =0 {nobody} one {# person} other {# people}} until now.',
  'policyChanges.preview.mayReset':
    '{after, plural, =0 {Nobody} one {# person} other {# people}} may reset their password, {before, plural, =0 {nobody} one {# person} other {# people}} until now.',
  'policyChanges.preview.own.title': 'You are one of them',
  'policyChanges.preview.own.text':
    'You lose your own second factor. You stay signed in, but register another method before you sign out.',
  'policyChanges.preview.lockout.title': 'This can’t be saved',
  'policyChanges.preview.conflict.link': 'Open the newest version',
  'policyChanges.preview.save': 'Save this change',
  'policyChanges.preview.edit': 'Go back and change it',
  'policyChanges.preview.show': 'Show who',
  'policyChanges.preview.showLabel': 'Show who: {effect}',
  'policyChanges.freshElsewhere.link': 'Confirm it’s you (opens a new tab)',
  'policyChanges.saved': 'Your change is saved and counts from now on.',

  'policyChanges.effect.shutOut':
    '{count, plural, one {# person could no longer sign in} other {# people could no longer sign in}}',
  'policyChanges.effect.shutOut.hint':
    'No second factor is left that they have or may register, or they have no password and lose their passkey.',
  'policyChanges.effect.losesOnly':
    '{count, plural, one {# person loses their only method} other {# people lose their only method}}',
  'policyChanges.effect.losesOnly.hint': 'Where a second factor is asked for, they must register another one.',
  'policyChanges.effect.stops':
    '{count, plural, one {# person has a method that stops working} other {# people have a method that stops working}}',
  'policyChanges.effect.stops.hint': 'It stays in their list, marked as not usable, with the reason.',
  'policyChanges.effect.works':
    '{count, plural, one {# person has a method that works again} other {# people have a method that works again}}',
  'policyChanges.effect.works.hint': 'They registered it earlier; nothing is left to do for them.',
  'policyChanges.effect.losesReset':
    '{count, plural, one {# person can no longer reset their password} other {# people can no longer reset their password}}',
  'policyChanges.effect.losesReset.hint':
    'They are out of its scope, no longer have enough methods for it, or their password lives where it may not be set.',
  'policyChanges.effect.gainsReset':
    '{count, plural, one {# person can reset their password from now on} other {# people can reset their password from now on}}',
  'policyChanges.effect.gainsReset.hint': 'They have registered enough already; nothing is left to do for them.',
  'policyChanges.effect.mustRegister':
    '{count, plural, one {# person is asked to register at the next sign-in} other {# people are asked to register at the next sign-in}}',
  'policyChanges.effect.mustRegister.hint': 'They have too few methods for password reset. They may put it off.',
  'policyChanges.effect.mustConfirm':
    '{count, plural, one {# person is asked to confirm at the next sign-in} other {# people are asked to confirm at the next sign-in}}',
  'policyChanges.effect.mustConfirm.hint': 'What they registered is older than the days you set. They may put it off.',

  'policyChanges.people.back': 'Back to the change',
  'policyChanges.people.lead': 'As it would be if you saved the change now.',
  'policyChanges.people.caption': 'People concerned',
  'policyChanges.people.name': 'Name',
  'policyChanges.people.registered': 'Registered',
  'policyChanges.people.administrator': 'Administrator',
  'policyChanges.people.none': 'Nobody is concerned any more.',
} as const

/** Words that belong to no room: the frame around every page, and the primitives. */
export const ui = {
  'ui.product': 'Twofold',
  'ui.skipToContent': 'Skip to main content',
  'ui.tagline': 'One registration for signing in and for getting back in.',
  'ui.footer.help': 'Need help? Contact your organisation’s help desk.',
  'ui.footer.promise': 'Nobody from support will ever ask you for a code or a password.',

  'ui.account.menu': 'Account menu',
  'ui.account.securityInfo': 'Security info',
  'ui.account.administration': 'Administration',
  'ui.account.signOut': 'Sign out',
  'ui.admin.navigation': 'Administration',
  'ui.admin.menu': 'Menu',

  'ui.next': 'Next',
  'ui.cancel': 'Cancel',
  'ui.pending': 'One moment…',
  'ui.optional': '(optional)',

  'ui.password.show': 'Show password',
  'ui.password.hide': 'Hide password',
  'ui.copy': 'Copy',
  'ui.copied': 'Copied',
  'ui.copyFailed': 'Select the text and copy it',
  'ui.phone.country': 'Country or region',
  'ui.phone.number': 'Phone number',

  'ui.stepper.label': 'Progress',
  'ui.stepper.position': 'Step {current} of {total}',
  'ui.stepper.done': 'done',

  'ui.errorSummary.heading': 'Please check this',

  'ui.filter.apply': 'Apply',
  'ui.filter.more': 'More filters',
  'ui.filter.clear': 'Clear filters',
  'ui.pagination.label': 'Pages',
  'ui.pagination.first': 'First page',
  'ui.pagination.next': 'Next page',

  'ui.idle.title': 'Are you still there?',
  'ui.idle.text': 'To keep your account safe, you will be signed out in {time}.',
  'ui.idle.stay': 'Stay signed in',

  'ui.wait.unknown': 'a little while',
  'ui.duration.seconds': '{count, plural, one {# second} other {# seconds}}',
  'ui.duration.minutes': '{count, plural, one {# minute} other {# minutes}}',
  'ui.duration.hours': '{count, plural, one {# hour} other {# hours}}',
  'ui.duration.days': '{count, plural, one {# day} other {# days}}',
} as const

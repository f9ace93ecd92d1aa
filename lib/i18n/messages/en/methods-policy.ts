/** The admin pages for the authentication methods policy. */
export const methodsPolicy = {
  'methodsPolicy.list.title': 'Authentication methods',
  'methodsPolicy.list.lead':
    'Which methods exist here, and for whom. A change counts at once. Turning a method off keeps what people have registered; it works again when you turn it on.',
  'methodsPolicy.list.caption': 'Authentication methods',
  'methodsPolicy.list.method': 'Method',
  'methodsPolicy.list.state': 'State',
  'methodsPolicy.list.targets': 'For whom',
  'methodsPolicy.list.allowed': 'May use it',
  'methodsPolicy.list.registered': 'Have one',
  'methodsPolicy.list.people': '{count, plural, one {# person} other {# people}}',
  'methodsPolicy.list.noText': 'Needs a gateway',
  'methodsPolicy.name.text': 'Phone: text message',
  'methodsPolicy.name.voice': 'Phone: call',
  'methodsPolicy.list.settings': 'For all methods',
  'methodsPolicy.list.settings.edit': 'Change',

  'methodsPolicy.state.enabled': 'On',
  'methodsPolicy.state.disabled': 'Off',

  'methodsPolicy.targets.everybody': 'Everybody',
  'methodsPolicy.targets.nobody': 'Nobody yet',
  'methodsPolicy.targets.except': '{who}, except {excluded}',
  'methodsPolicy.targets.gone': 'a group that is gone',

  'methodsPolicy.noText.title': 'Text messages can’t be sent yet',
  'methodsPolicy.noText.text':
    'This installation has no gateway for text messages, or no country to send to. Whatever you decide here, nobody is offered a text message until the operator sets both.',
  'methodsPolicy.weaker.securityQuestions':
    'Answers are guessed, looked up, or known by family and colleagues. Offer questions only to people who have nothing better. Administrators never have them. How many, and which, is set under Password reset.',
  'methodsPolicy.weaker.mobilePhone':
    'A code by text message can be read or redirected by others. Offer it only to people who have nothing better.',

  'methodsPolicy.noVoice.title': 'Calls can’t be made yet',
  'methodsPolicy.noVoice.text':
    'This installation has no provider for calls, or no country to call. Whatever you decide here, nobody is called until the operator sets both.',
  'methodsPolicy.weaker.voice':
    'A call can be redirected, and whoever answers is not always the person. Offer it only to people who have nothing better.',

  'methodsPolicy.about.passkey': 'Nothing to type and nothing to phish: a device or a security key proves who it is.',
  'methodsPolicy.about.softwareOath': 'A code from an app on the phone, also without a network.',
  'methodsPolicy.about.hardwareOath': 'A code from a small device that the organisation hands out.',
  'methodsPolicy.about.mobilePhone': 'A code by text message to a mobile phone.',
  'methodsPolicy.about.voice': 'A call to a mobile phone, a second mobile phone, or the phone at the desk.',
  'methodsPolicy.about.email': 'A code by email. Only for password reset, never for signing in.',
  'methodsPolicy.about.securityQuestions':
    'Answers that only the person should know. Only for password reset, and only where Password reset lists them.',
  'methodsPolicy.about.recoveryCodes':
    'Ten codes that people keep on paper for the day they lose their phone or key. Each works once, beside the password, and meets no authentication strength.',
  'methodsPolicy.about.temporaryAccessPass': 'A pass from the help desk for a first sign-in or a lost phone.',

  'methodsPolicy.edit.back': 'All methods',
  'methodsPolicy.edit.errors': 'Please check this first',
  'methodsPolicy.edit.reader': 'You can read this. Changing it needs another role.',
  'methodsPolicy.edit.preview': 'See what this means',
  'methodsPolicy.edit.previewing': 'Counting…',
  'methodsPolicy.edit.previewHint': 'Nothing is saved yet: first you see how many people it concerns.',

  'methodsPolicy.form.state': 'State',
  'methodsPolicy.form.on.hint': 'The people below may register and use it.',
  'methodsPolicy.form.off.hint': 'Nobody may register or use it. What is registered is kept.',
  'methodsPolicy.form.targets': 'For whom',
  'methodsPolicy.form.include': 'Who may use it',
  'methodsPolicy.form.all': 'Everybody',
  'methodsPolicy.form.selected': 'People in certain groups',
  'methodsPolicy.form.selected.hint': 'Also through groups inside them.',
  'methodsPolicy.form.includeGroups': 'Groups that may use it',
  'methodsPolicy.form.excludeGroups': 'Groups that may not',
  'methodsPolicy.form.excludeGroups.hint': 'Whoever is in one of these may not use it, whatever else includes them.',
  'methodsPolicy.form.noGroup': 'Choose at least one group, or everybody.',
  'methodsPolicy.form.tooMany': 'Choose up to 100 groups.',

  'methodsPolicy.picker.search': 'Find a group',
  'methodsPolicy.picker.searchHint': 'Part of its name.',
  'methodsPolicy.picker.find': 'Find',
  'methodsPolicy.picker.finding': 'Searching…',
  'methodsPolicy.picker.chosen': 'Chosen',
  'methodsPolicy.picker.noneChosen': 'No group yet.',
  'methodsPolicy.picker.groups': 'Groups to choose from',
  'methodsPolicy.picker.found': 'Groups with “{text}”',
  'methodsPolicy.picker.noneFound': 'No group like that. Try another part of the name.',
  'methodsPolicy.picker.unknown': 'A group that is gone',

  'methodsPolicy.passkey.heading': 'Passkey settings',
  'methodsPolicy.passkey.selfService': 'People may add passkeys themselves',
  'methodsPolicy.passkey.selfService.hint': 'Off: those registered keep working, and nobody adds one alone.',
  'methodsPolicy.passkey.conditional': 'Browsers may make a passkey by themselves after a sign-in with a password',
  'methodsPolicy.passkey.conditional.hint':
    'For people without one, where the gate asks for nothing more and a profile takes synced passkeys. They are told on the page and by mail.',
  'methodsPolicy.passkey.profiles':
    'What a passkey must be (kept on one device or synced, proven, of which models) is said by profiles, for each group.',
  'methodsPolicy.passkey.profiles.link': 'Passkey profiles',

  'methodsPolicy.app.heading': 'New authenticator apps',
  'methodsPolicy.app.lead':
    'What the code to scan asks of the app. Apps that are set up already keep working as they were set up. Leave this as it is unless you know which apps people use: some ignore these settings, show codes that never fit, and can’t be set up.',
  'methodsPolicy.app.algorithm': 'Algorithm',
  'methodsPolicy.app.algorithm.SHA1': 'SHA-1',
  'methodsPolicy.app.algorithm.SHA1.hint': 'Recommended: every app knows it, and for these codes it is safe.',
  'methodsPolicy.app.algorithm.SHA256': 'SHA-256',
  'methodsPolicy.app.algorithm.SHA256.hint': 'Where a rule asks for it. Some apps can’t.',
  'methodsPolicy.app.period': 'A new code every',
  'methodsPolicy.app.period.seconds': '{seconds} seconds',
  'methodsPolicy.app.period.30.hint': 'Recommended: every app knows it.',
  'methodsPolicy.app.period.60.hint': 'More time to type. Some apps can’t.',

  'methodsPolicy.text.heading': 'Text message settings',
  'methodsPolicy.text.signIn': 'People may sign in with their phone number instead of a password',
  'methodsPolicy.text.signIn.hint':
    'Whoever holds the phone then gets in with a code alone. It never counts as multifactor authentication, and guests can’t use it.',

  'methodsPolicy.voice.heading': 'Call settings',
  'methodsPolicy.voice.office': 'People may register the phone at their desk',
  'methodsPolicy.voice.office.hint':
    'Off: calls go to mobile phones only. Office phones already registered stop working.',

  'methodsPolicy.pass.heading': 'Pass settings',
  'methodsPolicy.pass.minimum': 'Shortest lifetime in minutes',
  'methodsPolicy.pass.maximum': 'Longest lifetime in minutes',
  'methodsPolicy.pass.default': 'Usual lifetime in minutes',
  'methodsPolicy.pass.length': 'Length in characters',
  'methodsPolicy.pass.lifetime.hint': '10 minutes to 43200 (30 days).',
  'methodsPolicy.pass.length.hint': '8 to 48.',
  'methodsPolicy.pass.once': 'Every pass works only once',
  'methodsPolicy.pass.once.hint': 'A pass that may be used again is then refused, also if it was issued before.',
  'methodsPolicy.pass.badLifetime': 'Enter a whole number from 10 to 43200.',
  'methodsPolicy.pass.badDefault': 'The usual lifetime must lie between the shortest and the longest.',
  'methodsPolicy.pass.badLength': 'Enter a whole number from 8 to 48.',

  'methodsPolicy.settings.title': 'For all methods',
  'methodsPolicy.settings.lead': 'In which order methods are proposed, and which one sign-in asks for first.',
  'methodsPolicy.settings.order': 'What people are proposed first',
  'methodsPolicy.order.passkeyFirst': 'A passkey, then the quickest',
  'methodsPolicy.order.passkeyFirst.hint': 'Recommended: safest for the person, and no code to type.',
  'methodsPolicy.order.classic': 'The classic order',
  'methodsPolicy.order.classic.hint':
    'Authenticator app, then phone, then email. A passkey only where one is asked for.',
  'methodsPolicy.settings.preferred': 'System-preferred authentication',
  'methodsPolicy.settings.preferred.hint':
    'Sign-in offers the safest method somebody has, whatever their own default is. They may always choose another.',
  'methodsPolicy.preferred.default': 'On for first and second factor',
  'methodsPolicy.preferred.default.hint':
    'Recommended. The sign-in page also offers a passkey before the password, to everybody: it can’t know yet who is asking.',
  'methodsPolicy.preferred.enabled': 'On for the second factor only',
  'methodsPolicy.preferred.enabled.hint': 'The sign-in page asks for the password first.',
  'methodsPolicy.preferred.disabled': 'Off',
  'methodsPolicy.preferred.disabled.hint': 'Sign-in begins with the method each person chose as default.',
  'methodsPolicy.settings.include': 'For whom the second factor is chosen',
  'methodsPolicy.settings.includeGroup': 'The group it is for',
  'methodsPolicy.settings.excludeGroup': 'A group to leave out',
  'methodsPolicy.settings.oneGroup': 'Choose one group.',
  'methodsPolicy.settings.one': 'One group',

  'methodsPolicy.words.state': 'State',
  'methodsPolicy.words.targets': 'For whom',
  'methodsPolicy.words.order': 'Proposed first',
  'methodsPolicy.words.preferred': 'System-preferred',
  'methodsPolicy.words.preferredFor': 'Second factor chosen for',
  'methodsPolicy.words.lifetimes': 'Lifetime of a pass',
  'methodsPolicy.words.lifetimes.value': '{minimum} to {maximum} minutes, usually {usual}',
  'methodsPolicy.words.length': 'Length of a pass',
  'methodsPolicy.words.once': 'Each pass works',
  'methodsPolicy.words.once.yes': 'once',
  'methodsPolicy.words.once.no': 'until it ends',
  'methodsPolicy.words.newApps': 'New apps are set up with',
  'methodsPolicy.words.newApps.value': '{algorithm}, a new code every {seconds} seconds',
  'methodsPolicy.words.selfService': 'Added by people themselves',
  'methodsPolicy.words.conditional': 'Made by browsers themselves',
  'methodsPolicy.words.profiles': 'Profiles',
  'methodsPolicy.words.signIn': 'Signs in by itself',
  'methodsPolicy.words.office': 'Office phones',
} as const

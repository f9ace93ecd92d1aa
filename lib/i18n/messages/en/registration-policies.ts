/** The admin pages about who must register, and who is reminded to. */
export const registrationPolicies = {
  'registrationPolicies.title': 'Registration policies',
  'registrationPolicies.lead':
    'Who must set up a second factor, and who is reminded to set up a better one. What they can set up is under Authentication methods.',
  'registrationPolicies.back': 'Registration policies',
  'registrationPolicies.edit': 'Change',
  'registrationPolicies.editLabel': 'Change: {title}',

  'registrationPolicies.mfa.title': 'MFA registration policy',
  'registrationPolicies.mfa.lead':
    'Whoever it names and who has no second factor is asked for one when they sign in. They may put it off for 14 days from the first time they were asked; after that they register before they go on.',
  'registrationPolicies.mfa.state': 'Ask for a second factor',
  'registrationPolicies.mfa.on': 'On',
  'registrationPolicies.mfa.on.hint': 'The 14 days of each person begin when they are asked for the first time.',
  'registrationPolicies.mfa.off': 'Off',
  'registrationPolicies.mfa.off.hint': 'Nobody is asked, and everybody’s days are forgotten.',
  'registrationPolicies.mfa.since': 'On since',

  'registrationPolicies.campaign.title': 'Registration campaign',
  'registrationPolicies.campaign.lead':
    'After people have used their second factor, they are reminded to set up one certain method, also on phones. They may put it off.',
  'registrationPolicies.campaign.state': 'State',
  'registrationPolicies.campaign.default': 'Managed',
  'registrationPolicies.campaign.default.hint':
    'Reminds everybody once a day, as often as they put it off: of a passkey where all passkeys are allowed, else of an authenticator app.',
  'registrationPolicies.campaign.enabled': 'On',
  'registrationPolicies.campaign.enabled.hint': 'Reminds as you set it below.',
  'registrationPolicies.campaign.disabled': 'Off',
  'registrationPolicies.campaign.disabled.hint': 'Nobody is reminded.',
  'registrationPolicies.campaign.settings': 'What and how often',
  'registrationPolicies.campaign.settings.lead': 'These count while the state is On. Managed decides them itself.',
  'registrationPolicies.campaign.method': 'Method to set up',
  'registrationPolicies.campaign.days': 'Days until the next reminder',
  'registrationPolicies.campaign.days.hint': '0 to 14; 0 means every time they use their second factor.',
  'registrationPolicies.campaign.days.bad': 'Enter a whole number from 0 to 14.',
  'registrationPolicies.campaign.limited': 'Require the method after three skips',
  'registrationPolicies.campaign.limited.hint':
    'Closing the browser counts as a skip. Without this they may skip as often as they like.',

  'registrationPolicies.who': 'For whom',
  'registrationPolicies.who.label': 'Whom it is about',
  'registrationPolicies.who.all': 'Everybody',
  'registrationPolicies.who.selected': 'Certain people and groups',
  'registrationPolicies.who.selected.hint': 'Also through groups inside them.',
  'registrationPolicies.who.include': 'People and groups it is about',
  'registrationPolicies.who.exclude': 'People and groups to leave out',
  'registrationPolicies.who.exclude.hint':
    'Whoever is left out is never asked, whatever includes them. Leave your emergency accounts out by a group.',
  'registrationPolicies.who.missing': 'Choose at least one person or group, or everybody.',
  'registrationPolicies.who.tooMany': 'Choose up to 100 people and groups.',
  'registrationPolicies.who.gone': 'somebody who is gone',

  'registrationPolicies.words.state': 'State',
  'registrationPolicies.words.who': 'For whom',
  'registrationPolicies.words.method': 'Method',
  'registrationPolicies.words.days': 'Next reminder',
  'registrationPolicies.words.days.value': '{count, plural, =0 {every time} one {after # day} other {after # days}}',
  'registrationPolicies.words.limited': 'Required after three skips',

  'registrationPolicies.preview.nobody': 'Nobody notices anything at their next sign-in.',
  'registrationPolicies.preview.reach':
    'It is about {after, plural, =0 {nobody} one {# person} other {# people}}; {before, plural, =0 {nobody} one {# person} other {# people}} until now.',
  'registrationPolicies.preview.days': 'Everybody’s days are forgotten',
  'registrationPolicies.preview.days.text':
    'If you switch it on again later, everybody has 14 days from when they are asked then.',
  'registrationPolicies.effect.asked':
    '{count, plural, one {# person is asked to register a second factor} other {# people are asked to register a second factor}}',
  'registrationPolicies.effect.asked.hint':
    'At their next sign-in. They have none that works, and may put it off for 14 days.',
  'registrationPolicies.effect.noLongerAsked':
    '{count, plural, one {# person without a second factor is no longer asked} other {# people without a second factor are no longer asked}}',
  'registrationPolicies.effect.noLongerAsked.hint': 'Another policy may still ask them.',
  'registrationPolicies.effect.cannotRegister':
    '{count, plural, one {# person could register nothing} other {# people could register nothing}}',
  'registrationPolicies.effect.cannotRegister.hint':
    'No method that counts is allowed for them. Allow one first; until then they sign in without being asked.',
  'registrationPolicies.effect.reminded': '{count, plural, one {# person is reminded} other {# people are reminded}}',
  'registrationPolicies.effect.reminded.hint':
    'They have a second factor and may register this method, but have none that works.',
  'registrationPolicies.effect.noLongerReminded':
    '{count, plural, one {# person is no longer reminded} other {# people are no longer reminded}}',
  'registrationPolicies.effect.noLongerReminded.hint': 'They keep what they have.',

  'registrationPolicies.perUser.title': 'MFA for this person',
  'registrationPolicies.perUser.text':
    'On: they use a second factor at every sign-in, whatever the policies say. Whoever has none registers one first.',
  'registrationPolicies.perUser.turnOn': 'Turn MFA on',
  'registrationPolicies.perUser.turnOff': 'Turn MFA off',
  'registrationPolicies.perUser.question.on': 'Turn MFA on for {name}?',
  'registrationPolicies.perUser.question.off': 'Turn MFA off for {name}?',
  'registrationPolicies.perUser.offText':
    'They sign in with a password alone wherever no policy asks for more. What they registered is kept.',
  'registrationPolicies.perUser.state': 'MFA for this person',
  'registrationPolicies.perUser.state.disabled': 'Off: only policies ask for it',
  'registrationPolicies.perUser.state.enabled': 'On: asked at every sign-in, not registered since it was turned on',
  'registrationPolicies.perUser.state.enforced': 'On: asked at every sign-in',
} as const

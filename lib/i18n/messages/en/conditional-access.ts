/** Policies and their results in words, for the administrator. Fragments end up in the one sentence of `summary`. */
export const conditionalAccess = {
  'conditionalAccess.summary.anywhere': '{who}, when {target}, {demand}.',
  'conditionalAccess.summary.from': '{who}, when {target} from {place}, {demand}.',
  'conditionalAccess.summary.except': '{who} except {exceptions}',
  'conditionalAccess.summary.place_but': '{place} but {exceptions}',
  'conditionalAccess.summary.unreadable':
    'This policy uses something that can’t be decided here, so it blocks the people it is about. Edit it or turn it off.',

  'conditionalAccess.who.everyone': 'Everyone',
  'conditionalAccess.who.nobody': 'Nobody',
  'conditionalAccess.who.role': 'holders of {role}',
  'conditionalAccess.who.guests': 'guests and external users',
  'conditionalAccess.who.some_guests': 'some guests and external users',
  'conditionalAccess.who.guests_of': '{guests} of {count, plural, one {one organisation} other {# organisations}}',
  'conditionalAccess.who.gone': 'someone or something no longer here',

  'conditionalAccess.target.registration': 'registering security info',
  'conditionalAccess.target.device': 'registering a device',
  'conditionalAccess.target.passwordReset': 'resetting a forgotten password',
  'conditionalAccess.target.contexts': 'reaching {contexts}',
  'conditionalAccess.target.all': 'signing in to anything',
  'conditionalAccess.target.all_but': 'signing in to anything but {apps}',
  'conditionalAccess.target.none': 'signing in to nothing',
  'conditionalAccess.target.apps': 'signing in to {apps}',
  'conditionalAccess.target.security_info': 'My security info',
  'conditionalAccess.target.administration': 'Administration',
  'conditionalAccess.target.other_app': 'an app no longer here',

  'conditionalAccess.place.anywhere': 'anywhere',
  'conditionalAccess.place.all_trusted': 'All trusted locations',
  'conditionalAccess.place.mfa_trusted': 'MFA trusted IPs',
  'conditionalAccess.place.unknown_country': 'where the country is not known',
  'conditionalAccess.place.gone': 'a location no longer here',

  'conditionalAccess.platform.all': 'Any platform',
  'conditionalAccess.platform.android': 'Android',
  'conditionalAccess.platform.iOS': 'iOS',
  'conditionalAccess.platform.windows': 'Windows',
  'conditionalAccess.platform.windowsPhone': 'Windows Phone',
  'conditionalAccess.platform.macOS': 'macOS',
  'conditionalAccess.platform.linux': 'Linux',
  'conditionalAccess.client.browser': 'Browser',
  'conditionalAccess.client.mobileAppsAndDesktopClients': 'Mobile apps and desktop clients',
  'conditionalAccess.client.exchangeActiveSync': 'Exchange ActiveSync',
  'conditionalAccess.client.easSupported': 'Exchange ActiveSync, supported',
  'conditionalAccess.client.other': 'Other clients',

  'conditionalAccess.with.platforms': 'on {platforms}',
  'conditionalAccess.with.platforms_but': 'on {platforms} but {exceptions}',
  'conditionalAccess.with.clients': 'with {clients}',
  'conditionalAccess.with.devices_include': 'with a device that the filter means',
  'conditionalAccess.with.devices_exclude': 'with a device that the filter does not mean',
  'conditionalAccess.with.sign_in_risk': 'at sign-in risk {levels}',
  'conditionalAccess.with.user_risk': 'at user risk {levels}',
  'conditionalAccess.with.insider_risk': 'at insider risk {levels}',
  'conditionalAccess.with.flows': 'by {methods}',
  'conditionalAccess.flow.deviceCodeFlow': 'device code',
  'conditionalAccess.flow.authenticationTransfer': 'moving a sign-in',
  'conditionalAccess.risk.none': 'none',
  'conditionalAccess.risk.low': 'low',
  'conditionalAccess.risk.medium': 'medium',
  'conditionalAccess.risk.high': 'high',
  'conditionalAccess.risk.hidden': 'hidden',
  'conditionalAccess.risk.minor': 'minor',
  'conditionalAccess.risk.moderate': 'moderate',
  'conditionalAccess.risk.elevated': 'elevated',

  'conditionalAccess.session.every_time': 'sign in again every time',
  'conditionalAccess.session.hours': 'sign in again after {count, plural, one {# hour} other {# hours}}',
  'conditionalAccess.session.days': 'sign in again after {count, plural, one {# day} other {# days}}',
  'conditionalAccess.session.never': 'sign in again when the browser was closed',
  'conditionalAccess.session.always': 'stay signed in when the browser is closed',
  'conditionalAccess.session.kept': 'have {controls} (stored, not enforced)',
  'conditionalAccess.session.applicationEnforcedRestrictions': 'app enforced restrictions',
  'conditionalAccess.session.cloudAppSecurity': 'app control',
  'conditionalAccess.session.continuousAccessEvaluation': 'continuous access evaluation',
  'conditionalAccess.session.disableResilienceDefaults': 'no resilience defaults',
  'conditionalAccess.session.secureSignInSession': 'token protection',

  'conditionalAccess.demand.must': 'must {controls}',
  'conditionalAccess.demand.blocked': 'cannot go on: access is blocked',
  'conditionalAccess.control.mfa': 'do multifactor authentication',
  'conditionalAccess.control.strength': 'sign in with {strength}',
  'conditionalAccess.control.strength_gone': 'sign in with a strength no longer here',
  'conditionalAccess.control.compliantDevice': 'use a compliant device',
  'conditionalAccess.control.approvedApplication': 'use an approved app',
  'conditionalAccess.control.compliantApplication': 'use a protected app',
  'conditionalAccess.control.passwordChange': 'change their password',
  'conditionalAccess.control.termsOfUse': 'accept the terms of use',
  'conditionalAccess.control.termsNamed': 'accept “{terms}”',
  'conditionalAccess.control.terms_gone': 'accept terms of use no longer here',
  'conditionalAccess.control.signInFrequency': 'sign in again',
  'conditionalAccess.control.domainJoinedDevice': 'use a joined device',
  'conditionalAccess.control.block': 'be blocked',

  'conditionalAccess.state.enabled': 'On',
  'conditionalAccess.state.disabled': 'Off',
  'conditionalAccess.state.enabledForReportingButNotEnforced': 'Report-only',

  'conditionalAccess.result.success': 'Applied and met',
  'conditionalAccess.result.failure': 'Applied and not met',
  'conditionalAccess.result.notApplied': 'Did not apply',
  'conditionalAccess.result.reportOnlySuccess': 'Report-only: would be met',
  'conditionalAccess.result.reportOnlyFailure': 'Report-only: would block',
  'conditionalAccess.result.reportOnlyInterrupted': 'Report-only: would ask the person for something',
  'conditionalAccess.result.reportOnlyNotApplied': 'Report-only: would not apply',

  'conditionalAccess.reason.users': 'The person is not included, or is excluded.',
  'conditionalAccess.reason.application': 'The policy is about another app or action.',
  'conditionalAccess.reason.userActions': 'The policy is not about registering security info.',
  'conditionalAccess.reason.authenticationContext': 'The policy is about another authentication context.',
  'conditionalAccess.reason.devicePlatform': 'The device’s platform is not one the policy is about.',
  'conditionalAccess.reason.clientApps': 'The kind of client is not one the policy is about.',
  'conditionalAccess.reason.location': 'The address is not one the policy is about.',
  'conditionalAccess.reason.signInRisk': 'The sign-in risk is not one the policy is about.',
  'conditionalAccess.reason.userRisk': 'The user risk is not one the policy is about.',
  'conditionalAccess.reason.insiderRisk': 'The insider risk is not one the policy is about.',
  'conditionalAccess.reason.devices': 'The device is not one the filter means.',
  'conditionalAccess.reason.authenticationFlow': 'The way of signing in is not one the policy is about.',
  'conditionalAccess.reason.invalidCondition': 'The policy can’t be decided here: {detail}.',
  'conditionalAccess.reason.noRiskSource': 'Nothing here tells risk, so every risk counts as none.',
  'conditionalAccess.reason.noDeviceSource':
    'Nothing here tells the state of devices, so nothing is known of this one.',
  'conditionalAccess.reason.met': 'Met: {controls}.',
  'conditionalAccess.reason.unmet': 'Not met: {controls}.',

  'conditionalAccess.outcome.allow': 'Allowed',
  'conditionalAccess.outcome.challenge': 'Asked to prove who they are',
  'conditionalAccess.outcome.register': 'Asked to register a method first',
  'conditionalAccess.outcome.blockControl': 'Blocked by a policy',
  'conditionalAccess.outcome.evaluationError': 'Blocked, because a policy can’t be decided here',
  'conditionalAccess.outcome.noMethod': 'Blocked: no method yet, and not on a trusted network',
  'conditionalAccess.outcome.otherMethodNeeded': 'Blocked: a stronger method is needed',
  'conditionalAccess.outcome.notRegistrable': 'Blocked: no suitable method may be registered',
  'conditionalAccess.outcome.deviceRequired': 'Blocked: the device is not known to be what is asked for',
  'conditionalAccess.outcome.notOfferedHere': 'Blocked: something is asked for that isn’t there any more',
  'conditionalAccess.outcome.changePassword': 'Asked for a new password',
  'conditionalAccess.outcome.acceptTerms': 'Asked to accept terms of use',

  'conditionalAccess.warning.everyoneEverywhere':
    'This policy is about everyone and everything, you included. Exclude an emergency account first.',
  'conditionalAccess.warning.nobodyCanRegister':
    'With this policy nobody can register security info from anywhere. Exclude a trusted location or a group.',
  'conditionalAccess.warning.nobodyExcluded':
    'No emergency account is excluded. Exclude one, so that a mistake here can’t lock everybody out.',

  'conditionalAccess.note.device':
    'Nothing here tells the state of devices yet. What this policy requires of a device is never met, and a device filter knows nothing of any device.',
  'conditionalAccess.note.risk':
    'Nothing here tells risk yet. Every risk counts as none, so this policy only applies where it names that.',
  'conditionalAccess.note.platform':
    'The platform is what the browser says it is. It guides honest browsers; whoever wants to can say anything.',
  'conditionalAccess.note.client':
    'Everybody comes here with a browser. For other kinds of client this policy has nothing to decide.',
  'conditionalAccess.note.flow':
    'Nobody signs in here by device code or by moving a sign-in, so this policy has nothing to decide.',
  'conditionalAccess.note.target': 'Nothing here asks about this target, so the policy has nothing to decide.',
  'conditionalAccess.note.session':
    'Some of its session controls are about apps and tokens of other systems. They are stored and shown, and nothing here enforces them.',

  'conditionalAccess.concern.shutsOutGlobalAdministrators':
    'No Global Administrator could sign in to the admin area any more: {who}. {repairers} To save it all the same, type “{expected}”.',
  'conditionalAccess.concern.shutsOutOfUsualPlaces':
    'From the places where Global Administrators usually are, none of them could sign in to the admin area any more: {who}. {repairers} To save it all the same, type “{expected}”.',
  'conditionalAccess.shutOut.byPolicies': '{name} is stopped by {policies}',
  'conditionalAccess.shutOut.noMethod': '{name} has no method that would do',
  'conditionalAccess.shutOut.repairers': 'Still able to change policies: {names}.',
  'conditionalAccess.concern.emergencyAccountNoLongerExcluded':
    'A Global Administrator who was excluded would not be any longer. To save it all the same, type “{expected}”.',
  'conditionalAccess.concern.wideTrustedRange':
    'One of the trusted ranges is very large. To trust it all the same, type “{expected}”.',
  'conditionalAccess.concern.trustedProxyInRange':
    'One of the trusted ranges contains your own proxy. To trust it all the same, type “{expected}”.',
  'conditionalAccess.concern.strengthInUse':
    'Policies use this strength and change with it. To save it all the same, type “{expected}”.',

  'conditionalAccess.notice.hostBitsCleared': '{range} was stored as {becomes}, the whole network it is in.',
  'conditionalAccess.notice.mappedUnwrapped': '{range} is an IPv4 range and was stored as {becomes}.',
  'conditionalAccess.notice.private':
    '{range} is used in many private networks. It counts here only when people reach this server from inside.',
  'conditionalAccess.notice.duplicate': '{range} was there twice and is stored once.',
  'conditionalAccess.notice.insideAnother': '{range} is already covered by {becomes}.',
} as const

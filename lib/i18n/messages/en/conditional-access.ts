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
  'conditionalAccess.who.gone': 'someone or something no longer here',

  'conditionalAccess.target.registration': 'registering security info',
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
  'conditionalAccess.place.gone': 'a location no longer here',

  'conditionalAccess.demand.must': 'must {controls}',
  'conditionalAccess.demand.blocked': 'cannot go on: access is blocked',
  'conditionalAccess.control.mfa': 'do multifactor authentication',
  'conditionalAccess.control.strength': 'sign in with {strength}',
  'conditionalAccess.control.strength_gone': 'sign in with a strength no longer here',
  'conditionalAccess.control.compliantDevice': 'use a compliant device',
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
  'conditionalAccess.reason.location': 'The address is not one the policy is about.',
  'conditionalAccess.reason.invalidCondition': 'The policy can’t be decided here: {detail}.',
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
  'conditionalAccess.outcome.deviceRequired': 'Blocked: device state is not known here',

  'conditionalAccess.warning.everyoneEverywhere':
    'This policy is about everyone and everything, you included. Exclude an emergency account first.',
  'conditionalAccess.warning.nobodyCanRegister':
    'With this policy nobody can register security info from anywhere. Exclude a trusted location or a group.',
  'conditionalAccess.warning.nobodyExcluded':
    'No emergency account is excluded. Exclude one, so that a mistake here can’t lock everybody out.',

  'conditionalAccess.concern.shutsOutGlobalAdministrators':
    'No Global Administrator could sign in to the admin area any more. To save it all the same, type “{expected}”.',
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

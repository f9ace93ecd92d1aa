import { directoryRoles } from '@/lib/directory/model'
import { registerDevice } from './conditions-model'
import { type PolicyDocument, registerSecurityInformation } from './model'
import { readPolicy } from './read-policy'
import { type PolicyTemplate, securingSecurityInfoTemplate } from './templates'

/** The templates beside the one of the how-to, each as Graph's JSON; its own reader completes and checks it. @see `30` §9 */

const everybody = { includeUsers: ['All'] }
const allResources = { includeApplications: ['All'] }
const registering = { includeUserActions: [registerSecurityInformation] }
const untrusted = { includeLocations: ['All'], excludeLocations: ['AllTrusted'] }
const guests = {
  guestOrExternalUserTypes:
    'internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider',
  externalTenants: { membershipKind: 'all' },
}
const administrators = {
  includeRoles: Object.entries(directoryRoles)
    .filter(([name]) => name.endsWith('Administrator'))
    .map(([, id]) => id),
}
const mfa = { operator: 'OR', builtInControls: ['mfa'] }
const block = { operator: 'OR', builtInControls: ['block'] }
const strength = (last: 2 | 4) => ({
  operator: 'OR',
  builtInControls: [],
  authenticationStrength: { id: `00000000-0000-0000-0000-00000000000${last}` },
})

type Rest = {
  readonly conditions: object
  readonly grantControls?: object
  readonly sessionControls?: object
  readonly needs?: PolicyTemplate['needs']
  readonly scenarios?: PolicyTemplate['scenarios']
}

function template(id: string, name: string, description: string, rest: Rest): PolicyTemplate {
  const { needs = [], scenarios = ['zeroTrust'], ...decision } = rest
  return { id, name, description, scenarios, needs, document: documentOf({ displayName: name, ...decision }) }
}

function documentOf(raw: object): PolicyDocument {
  const read = readPolicy({ state: 'enabledForReportingButNotEnforced', ...raw })
  if (!read.ok) throw new Error(`a template is no policy: ${read.failure.code} ${read.failure.field ?? ''}`)
  return read.value
}

/** Graph's ids where Graph has the template. */
export const templates: readonly PolicyTemplate[] = [
  securingSecurityInfoTemplate,
  template(
    '0c2b1b54-9a57-4a9b-8c3c-5f2f0f9f3b11',
    'Combined Security Info Registration with TAP',
    'Outside trusted locations people register with a strong method or with a Temporary Access Pass from the helpdesk.',
    {
      conditions: {
        users: { ...everybody, excludeGuestsOrExternalUsers: guests },
        ...{ applications: registering, locations: untrusted },
      },
      grantControls: strength(2),
      ...{ needs: ['trustedLocation', 'pass'], scenarios: ['secureFoundation', 'zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    '2f1d6f0e-6a35-4cf4-9d3f-b6f3c1f6a4d2',
    'Combined Security Info Registration for guests',
    'Guests and external users register in trusted locations only: a Temporary Access Pass cannot help them elsewhere.',
    {
      conditions: {
        users: { includeGuestsOrExternalUsers: guests },
        ...{ applications: registering, locations: untrusted },
      },
      grantControls: block,
      ...{ needs: ['trustedLocation'], scenarios: ['zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    'c7503427-338e-4c5e-902d-abe252abfb43',
    'Require multifactor authentication for admins',
    'Whoever holds an administrator role proves two factors, wherever they are.',
    {
      conditions: { users: administrators, applications: allResources },
      ...{ grantControls: mfa, scenarios: ['secureFoundation', 'zeroTrust'] },
    },
  ),
  template(
    'a3d0a415-b068-4326-9251-f9cdf9feeb64',
    'Require multifactor authentication for all users',
    'Everybody proves two factors at every sign-in; whoever has none is asked to register one.',
    {
      conditions: { users: everybody, applications: allResources },
      ...{ grantControls: mfa, scenarios: ['secureFoundation', 'zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    '0b2282f9-2862-4178-88b5-d79340b36cb8',
    'Block legacy authentication',
    'Clients that cannot ask for a second factor are refused.',
    {
      conditions: {
        ...{ users: everybody, applications: allResources, clientAppTypes: ['exchangeActiveSync', 'other'] },
      },
      ...{ grantControls: block, needs: ['otherClients'], scenarios: ['secureFoundation', 'zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    'a4072ac0-722b-4991-981b-7f9755daef14',
    'Require multifactor authentication for guest access',
    'Guests and external users prove two factors.',
    {
      conditions: { users: { includeGuestsOrExternalUsers: guests }, applications: allResources },
      ...{ grantControls: mfa, scenarios: ['zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    '76c03f19-ea37-4656-a772-a183b4ddb81d',
    'Require phishing-resistant multifactor authentication for admins',
    'Whoever holds an administrator role signs in with a passkey, which no fake page can pass on.',
    {
      conditions: { users: administrators, applications: allResources },
      ...{ grantControls: strength(4), needs: ['passkeys'] },
    },
  ),
  template(
    '6b619f55-792e-45dc-9711-d83ec9d7ae90',
    'Require multifactor authentication for risky sign-ins',
    'A sign-in of medium or high risk proves two factors anew.',
    {
      conditions: { users: everybody, applications: allResources, signInRiskLevels: ['high', 'medium'] },
      grantControls: mfa,
      sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: 'everyTime' } },
      ...{ needs: ['riskSource'], scenarios: ['zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    '62e51ccc-c9c3-4554-ac70-066172c81007',
    'No persistent browser session',
    'Closing the browser ends the session, and after an hour people sign in again.',
    {
      conditions: { users: everybody, applications: allResources },
      sessionControls: {
        signInFrequency: { isEnabled: true, frequencyInterval: 'timeBased', type: 'hours', value: 1 },
        persistentBrowser: { isEnabled: true, mode: 'never' },
      },
      scenarios: ['zeroTrust', 'remoteWork'],
    },
  ),
  template(
    '4e39a309-931e-4cb1-a371-e2beea168002',
    'Block access for unknown or unsupported device platform',
    'Devices whose platform is not recognised are refused.',
    {
      conditions: {
        ...{ users: everybody, applications: allResources },
        platforms: {
          includePlatforms: ['all'],
          excludePlatforms: ['android', 'iOS', 'windows', 'macOS', 'linux'],
        },
      },
      ...{ grantControls: block, needs: ['honestBrowsers'], scenarios: ['zeroTrust', 'remoteWork'] },
    },
  ),
  template(
    '5b9f0f0c-7a63-4a0e-8f0c-3f6a2d1d7c55',
    'Require multifactor authentication for device registration',
    'Whoever registers or joins a device proves two factors.',
    {
      conditions: { users: everybody, applications: { includeUserActions: [registerDevice] } },
      ...{ grantControls: mfa, needs: ['deviceRegistration'] },
    },
  ),
  template(
    '9d4a6c2e-1f57-4f6b-a6d1-0c9b8e7f2a33',
    'Block access by location',
    'Nobody signs in from outside your trusted locations.',
    {
      conditions: { users: everybody, applications: allResources, locations: untrusted },
      ...{ grantControls: block, needs: ['trustedLocation'] },
    },
  ),
]

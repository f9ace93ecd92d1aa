/**
 * Harbor, the organisation of the demonstration, of the tests and of the pictures: people with stories, and the crew
 * around them so that lists look like lists.
 *
 * Names, passwords and secrets in this file are public. They exist only in the embedded demonstration and in tests;
 * `seed.ts` refuses everywhere else. Phone numbers are from the range that Ofcom keeps for drama.
 */
import type { DirectoryRole, GuestOrExternalUserType } from '@/lib/directory/model'

export const demoDomain = 'harbor.example'

/** Everybody's password, so that nobody trying the demonstration has to look one up. */
export const demoPassword = 'seagulls-over-the-pier'

export const demoGroups = [
  { name: 'Staff', description: 'Everybody employed at Harbor, through their departments', within: null },
  { name: 'HR', description: 'People and payroll', within: 'Staff' },
  { name: 'Sales', description: 'Berths, cargo and customers', within: 'Staff' },
  { name: 'Operations', description: 'Quays, cranes and control room', within: 'Staff' },
  { name: 'Contractors', description: 'People of other companies who work at Harbor', within: null },
  {
    name: 'BreakGlass',
    description: 'Emergency accounts: every Conditional Access policy excludes this group',
    within: null,
    isRoleAssignable: true,
  },
] as const satisfies readonly {
  readonly name: string
  readonly description: string
  readonly within: string | null
  readonly isRoleAssignable?: boolean
}[]
export type DemoGroup = (typeof demoGroups)[number]['name']

/** `lostApp`: an authenticator app whose secret nobody has any more. */
export type DemoMethod = 'app' | 'lostApp' | 'phone' | 'email' | 'passkey' | 'securityKey' | 'pass'

export type DemoPerson = {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly password: string
  /** One sentence to the person who tries the product. */
  readonly story: string
  readonly groups: readonly DemoGroup[]
  readonly roles: readonly DirectoryRole[]
  readonly methods: readonly DemoMethod[]
  readonly guestType?: GuestOrExternalUserType
  /** The phone at the desk, as the organisation keeps it. */
  readonly businessPhone?: string
  /** Of the person's authenticator app, base32; its codes are shown beside the demo inbox. */
  readonly authenticatorSecret?: string
}

type Given = Omit<DemoPerson, 'userPrincipalName' | 'password' | 'groups' | 'roles' | 'methods'> &
  Partial<Pick<DemoPerson, 'groups' | 'roles' | 'methods'>>

function person(name: string, given: Given): DemoPerson {
  return {
    userPrincipalName: `${name}@${demoDomain}`,
    password: demoPassword,
    groups: [],
    roles: [],
    methods: [],
    ...given,
  }
}

/** The people with stories, in the order in which the demonstration introduces them. */
export const demoCast: readonly DemoPerson[] = [
  person('ana', {
    displayName: 'Ana Silva',
    story: 'Starts today with a password and nothing else: sign in as Ana and register once.',
    groups: ['Operations'],
    businessPhone: '+44 20 7946 0131',
  }),
  person('ben', {
    displayName: 'Ben Okafor',
    story: 'Has everything: authenticator app, phone and email. Look at his Security info page.',
    groups: ['Sales'],
    methods: ['app', 'phone', 'email'],
    authenticatorSecret: 'JBSWY3DPFQQHO33SNRSCCIDXN5ZGYZBB',
  }),
  person('cia', {
    displayName: 'Cia Lindqvist',
    story: 'Works in HR, which is part of Staff; signs in with an authenticator app and nothing more.',
    groups: ['HR'],
    methods: ['app'],
    authenticatorSecret: 'KRUGKIDROVUWG2ZAMJZG653OEBTG66BA',
  }),
  person('dov', {
    displayName: 'Dov Perlman',
    story: 'Locked out: his phone fell into the harbor, and with it his only method. Hugo can help.',
    groups: ['Operations'],
    methods: ['lostApp'],
  }),
  person('gil', {
    displayName: 'Gil Marchetti',
    story: 'A guest from a shipping company: registers too, but without a passkey.',
    groups: ['Contractors'],
    guestType: 'b2bCollaborationGuest',
  }),
  person('hugo', {
    displayName: 'Hugo Brandt',
    story: 'Helpdesk (Authentication Administrator): issues passes, removes lost methods, ends sessions.',
    groups: ['Operations'],
    roles: ['authenticationAdministrator'],
    methods: ['app', 'email'],
    authenticatorSecret: 'NB2WO3ZANBSWY4DTEBYGK33QNRSSAYLU',
  }),
  person('cleo', {
    displayName: 'Cleo Nakamura',
    story: 'Conditional Access Administrator: create the policy for registering on trusted networks.',
    groups: ['Staff'],
    roles: ['conditionalAccessAdministrator'],
    methods: ['app', 'email'],
    authenticatorSecret: 'MNWGK3ZAO5ZGS5DFOMQHA33MNFRWSZLT',
  }),
  person('rae', {
    displayName: 'Rae Whitfield',
    story: 'Reports Reader: sees who has registered what and reads the audit log, and changes nothing.',
    groups: ['HR'],
    roles: ['reportsReader'],
    methods: ['app', 'email'],
    authenticatorSecret: 'OJQWKIDSMVQWI4ZAORUGKIDMN5TSA5DP',
  }),
  person('ada', {
    displayName: 'Ada Moreau',
    story: 'Global Administrator: may do everything in the admin area, except to her own account.',
    groups: ['Staff'],
    roles: ['globalAdministrator'],
    methods: ['app', 'email'],
    authenticatorSecret: 'MFSGCIDLMVSXA4ZAORUGKIDLMV4XGIDB',
  }),
  person('break.glass', {
    displayName: 'Break Glass 1',
    story: 'Emergency account in the group BreakGlass, which every policy excludes. Not for every day.',
    groups: ['BreakGlass'],
    roles: ['globalAdministrator'],
    methods: ['app', 'email'],
    authenticatorSecret: 'MJZGKYLLEBTWYYLTOMQG63TMPEQG65LU',
  }),
]

/** For whoever shows the present codes of the demo people's authenticator apps. */
export const demoAuthenticatorSecrets: readonly {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly secret: string
  readonly algorithm: 'SHA1'
  readonly periodSeconds: 30
}[] = demoCast.flatMap(({ userPrincipalName, displayName, authenticatorSecret }) =>
  authenticatorSecret === undefined
    ? []
    : [
        {
          userPrincipalName,
          displayName,
          secret: authenticatorSecret,
          algorithm: 'SHA1' as const,
          periodSeconds: 30 as const,
        },
      ],
)

/** Somebody of the cast by the part before the @, for tests. Throws for a name that is not in it. */
export function castMember(name: string): DemoPerson {
  const found = demoCast.find((member) => member.userPrincipalName === `${name}@${demoDomain}`)
  if (found === undefined) throw new Error(`nobody of the cast is called ${name}`)
  return found
}

const crewNames: Readonly<Record<'HR' | 'Sales' | 'Operations' | 'Contractors', readonly string[]>> = {
  HR: [
    ...['Agnes Holm', 'Bruno Teixeira', 'Chiara Conti', 'Daniel Kowalski', 'Esther Mwangi', 'Farid Rahimi'],
    ...['Greta Sørensen', 'Hana Dvořáková', 'Isaac Bennett', 'Julia Navarro'],
  ],
  Sales: [
    ...['Karim Haddad', 'Lena Fischer', 'Marco Bianchi', 'Nadia Petrova', 'Oscar Lindgren', 'Priya Raman'],
    ...['Quentin Dubois', 'Rosa Jiménez', 'Samuel Adeyemi', 'Tamara Ilić', 'Umut Yıldız', 'Vera Nowak'],
    ...['Wesley Clarke', 'Xenia Papadopoulou', 'Yara Mansour', 'Zoltán Kiss'],
  ],
  Operations: [
    ...['Aiko Tanaka', 'Bogdan Ionescu', 'Carla Mendes', 'Dmitri Volkov', 'Elif Kaya', 'Finn O’Brien'],
    ...['Gabriela Rojas', 'Henrik Dahl', 'Ingrid Berg', 'Jamal Carter', 'Katya Morozova', 'Luis Ortega'],
    ...['Mei Chen', 'Nils Johansson', 'Olga Shevchenko', 'Pedro Almeida', 'Rita Kovács', 'Sven Larsen'],
    ...['Thabo Nkosi', 'Una Gallagher', 'Viktor Hansen', 'Wanda Zielińska', 'Yusuf Demir', 'Zara Ahmed'],
  ],
  Contractors: [
    ...['Alma Reyes', 'Boris Marković', 'Celine Laurent', 'Dylan Hughes', 'Emre Arslan', 'Fatima Zahra'],
    ...['Goran Babić', 'Helena Costa', 'Ivan Horvat', 'Jonas Weber'],
  ],
}

/** What the crew has registered, in turns: most have two methods, some one, a few none. */
const crewMethods: readonly (readonly DemoMethod[])[] = [
  ['passkey', 'email'],
  ['app', 'email'],
  ['app', 'phone', 'email'],
  ['phone', 'email'],
  [],
  ['passkey', 'securityKey', 'email'],
  ['app'],
  ['app', 'phone'],
  ['phone'],
  ['passkey', 'app', 'phone'],
  ['email'],
  ['app', 'email'],
  ['pass'],
]

/** Everybody without a story; their authenticators are in nobody's hands, so only their names and reports matter. */
export const demoCrew: readonly DemoPerson[] = [
  ...Object.entries(crewNames).flatMap(([group, names]) =>
    names.map((displayName) => ({ group: group as keyof typeof crewNames, displayName })),
  ),
].map(({ group, displayName }, index) =>
  person(loginName(displayName), {
    displayName,
    story: 'One of the crew.',
    groups: [group],
    methods: crewMethods[index % crewMethods.length] ?? [],
  }),
)

/** A second emergency account, as every organisation should have two; it has no story of its own. */
export const demoReserve: readonly DemoPerson[] = [
  person('break.glass.2', {
    displayName: 'Break Glass 2',
    story: 'The second emergency account.',
    groups: ['BreakGlass'],
    roles: ['globalAdministrator'],
    methods: ['securityKey', 'email'],
  }),
]

/** `Hana Dvořáková` signs in as `hana.dvorakova`. */
function loginName(displayName: string): string {
  return displayName
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
    .replaceAll(' ', '.')
}

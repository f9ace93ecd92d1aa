/**
 * Every figure of the product once: its default, its unit in the name, the clause it comes from.
 *
 * An operator may tighten these; the bound a figure must never pass is said beside it. A figure a tenant decides
 * (lifetime of a pass, number of methods for reset) is a policy row, not here.
 */
export const limits = {
  webauthn: {
    challengeBytes: 32, // WebAuthn L3 §13.4.3: at least 16
    challengeLifetimeSeconds: 300, // at most 600
    userHandleBytes: 64,
    credentialIdBytesMax: 1023,
  },
  totp: {
    secretBytes: 20, // RFC 4226 §4: at least 16
    digits: 6,
    periodSeconds: 30,
    windowSteps: 1, // RFC 6238 §5.2; never more
  },
  /** Tokens of hardware. Their clocks drift: RFC 6238 §6; the windows are those of Entra's OATH tokens. */
  hardwareOath: {
    secretBase32Max: 128,
    secretBytesMin: 16, // RFC 4226 §4 R6
    secretBytesMax: 80,
    textLengthMax: 128,
    /** A minute either way for 30 s tokens, two for those of 60 s, around the drift learned so far. */
    windowSteps: 2,
    /** A day either way for 30 s tokens, two for those of 60 s. */
    activationWindowSteps: 2880,
    activationTriesPerHour: 5,
    /** Serial numbers that somebody may try in an hour. */
    serialTriesPerHour: 10,
    /** A hundred thousand lines of up to 160 characters. */
    uploadBytesMax: 16_777_216,
    uploadKeptDays: 30,
  },
  /** Files that administrators upload: so many of a kind at once in one process, because each is held in memory. */
  uploads: { atOnce: 2 },
  /** Files of people and groups. */
  directoryFiles: {
    uploadBytesMax: 5_242_880,
    /** Lines of one file; a longer list comes in several. */
    linesMax: 50_000,
    /** A record may go over several lines, in quotes; what is longer is a quote that nobody closed. */
    recordLinesMax: 20,
    recordLengthMax: 65_536,
    /** Files that wait for a confirmation, of everybody. */
    openMax: 20,
    /** So long a file waits for a confirmation, and so long its result and what was left out are kept. */
    waitingHours: 24,
    keptDays: 30,
    descriptionLengthMax: 1024,
    mailLengthMax: 320,
    /** Members on one line of an exported list; a larger group has several lines. */
    membersPerLine: 500,
  },
  pendingEnrolmentSeconds: 600,
  code: {
    digits: 6,
    lifetimeSeconds: 300, // at most 600
    attemptsMax: 5,
    /** Wait before the 1st, 2nd, … resend; the last one repeats. */
    resendWaitSeconds: [30, 60, 120, 300],
    sendsPerUserPerHour: 5,
    sendsPerUserPerDay: 10,
    sendsPerDestinationPerHour: 5,
    sendsPerDestinationPerDay: 10,
    sendsPerAddressPerHour: 10,
    sendsPerAddressPerHourAnonymous: 5,
    sendsPerInstallationPerDay: 500,
    installationWarnShare: 0.8,
    emailsPerUserPerTenMinutes: 10,
  },
  /** A call that asks for a key: for so long an answer counts, from the moment it was asked for. */
  call: { lifetimeSeconds: 120, keyWaitSeconds: 10, ringSeconds: 30 },
  phone: { extensionDigitsMax: 10 },
  /** When text messages look like pumping: numbers that nobody confirms. SEC-066 */
  pumping: {
    /** Digits after the `+` that neighbouring numbers share. */
    prefixDigits: 8,
    /** More different numbers of one prefix in the window, fewer than half of them confirmed, stop the prefix. */
    numbersPerPrefix: 20,
    windowSeconds: 3600,
    /** More than half of so many unconfirmed stop all. */
    recentSends: 100,
    confirmedShare: 0.5,
    keptDays: 30,
  },
  /** Consecutive failures of one method: from the 5th on wait, doubling; the 100th disables it. NIST SP 800-63B-4 §3.2.2 */
  methodFailures: { waitFrom: 5, firstWaitSeconds: 30, waitSecondsMax: 3600, disableAt: 100 },
  /** Smart lockout of the password: the 10th wrong one locks for 60 s, then doubling up to a day. */
  passwordLockout: {
    threshold: 10,
    firstLockSeconds: 60,
    lockSecondsMax: 86_400,
    rememberedWrongMax: 3,
    rememberedSeconds: 86_400,
    /** What an organisation may set: never looser than 100 tries, nor shorter than the minute above. */
    thresholdMin: 3,
    thresholdMax: 100,
  },
  /** The methods policy as one document. `10` §4 */
  methodsPolicy: { documentBytesMax: 20_480 },
  temporaryAccessPass: {
    lengthMin: 8,
    lengthMax: 48,
    lifetimeMinutesMin: 10,
    lifetimeMinutesMax: 43_200,
    wrongTriesKill: 100,
  },
  password: {
    lengthMinWithSecondFactor: 8, // NIST SP 800-63B-4 §3.1.1.2
    lengthMin: 15,
    lengthMax: 256, // at least 64
    /** What an organisation may ask for at most: more would keep people from good passphrases. */
    lengthMinMax: 64,
    temporaryLifetimeDays: 7,
    temporarySymbols: 16,
    /** Points that a password needs in the banned-password evaluation. */
    bannedScoreMin: 5,
    namePartLengthMin: 4,
    blockedWordsMax: 1000,
    blockedWordLengthMin: 4,
    blockedWordLengthMax: 16,
  },
  /** A first group that says which code it is, and 80 bits that nobody but its owner has. SEC-100 */
  recoveryCodes: { count: 10, selectorSymbols: 4, secretSymbols: 16, renewAt: 3 },
  /** Lengths in characters: of an answer as it is compared, of a question of one's own. */
  securityQuestions: {
    ...{ numberMin: 3, numberMax: 5, answerLengthMin: 3, answerLengthMax: 40 },
    ...{ customMax: 20, customLengthMin: 3, customLengthMax: 200 },
  },
  argon2: { memoryKiB: 19_456, passes: 2, parallelism: 1, saltBytes: 16, tagBytes: 32, queueMax: 32 },
  session: {
    idBytes: 32,
    userIdleSeconds: 3600,
    userAbsoluteSeconds: 43_200,
    administratorIdleSeconds: 900,
    administratorAbsoluteSeconds: 28_800,
    firstFactorSeconds: 600,
    registrationSeconds: 900,
    perUserMax: 20,
    /** On the way to signing in, and in the wizard: counted apart, so that whoever knows a password ends no full session. */
    unfinishedPerUserMax: 5,
  },
  freshness: {
    securityInfoSeconds: 600,
    securityInfoStoreSeconds: 720,
    passkeySeconds: 300,
    passkeyStoreSeconds: 420,
    destructiveAdministrationSeconds: 300,
    /** Sign-in frequency "every time": at most one prompt per this time. */
    everyTimeSkewSeconds: 300,
  },
  /** MFA registration policy and registration campaign. `20` §6, §7 */
  registration: { graceDays: 14, snoozesMax: 3, snoozeDaysMax: 14 },
  methodsPerUser: {
    authenticatorApps: 5,
    mobilePhone: 1,
    alternateMobilePhone: 1,
    officePhone: 1,
    email: 1,
    passkeys: 10,
    temporaryAccessPass: 1,
    recoveryCodes: 1,
    securityQuestions: 1,
  },
  rate: {
    stateChangesPerUserPerMinute: 20,
    anonymousCeremoniesPerAddressPerMinute: 30,
    signInsPerAddressPerMinute: 60,
  },
  body: {
    jsonBytes: 65_536,
    actionBytes: 262_144,
    headerBytes: 16_384,
  },
  conditionalAccess: {
    policiesMax: 240,
    namedLocationsMax: 195,
    rangesPerLocationMax: 2000,
    prefixLengthMin: 9,
    usersPerPolicyMax: 1000,
    customStrengthsMax: 15,
    deviceFilterLengthMax: 3072,
    countriesPerLocationMax: 300,
    frequencyHoursMax: 23,
    frequencyDaysMax: 365,
    cacheSeconds: 5,
    mfaTrustedRangesMax: 50,
    /** Deleted policies and named locations can be restored for so long. */
    deletedKeptDays: 30,
  },
  /** Who must be left able to come in. `30` §11 */
  lockoutGuard: {
    usualPlacesDays: 30,
    usualPlacesMax: 5,
    signInsLookedAt: 100,
  },
  /** `60` limit 62. Lengths in characters, of all languages of a text together; a form holds no more. */
  termsOfUse: {
    max: 40,
    languagesMax: 10,
    textsLengthMax: 60_000,
    daysMax: 3650,
    ownShownMax: 200,
    versionsShownMax: 100,
  },
  /** Policies brought in and handed out as files. SEC-280, SEC-311 */
  policyFiles: {
    /** All files of one upload together, as they arrive. */
    uploadBytesMax: 5_242_880,
    /** What the door reads before it says in words that it is too much. */
    bodyBytesMax: 16_777_216,
    exportsAtOnce: 2,
    filesMax: 500,
    fileBytesMax: 5_242_880,
    unpackedBytesMax: 25_165_824,
    /** How many times larger an entry of an archive may be than its packed form; small ones may be anything. */
    ratioMax: 200,
    ratioFreeBytes: 65_536,
    depthMax: 32,
    itemBytesMax: 1_048_576,
    itemsMax: 500,
    draftKeptHours: 24,
    /** Some hundred policies, each with its checks and its entry in the trail; only other changes of policies wait. */
    importMilliseconds: 60_000,
    openDraftsMax: 20,
    shownPerPage: 50,
  },
  database: {
    /** All processes of an instance share them: more would only wait for each other. */
    connectionsMax: 10,
    /** What each has all the same, however many they are. */
    connectionsPerProcessMin: 5,
    connectMilliseconds: 2000,
    transactionMilliseconds: 10_000,
    statementMilliseconds: 5000,
    lockMilliseconds: 2000,
    idleInTransactionMilliseconds: 10_000,
    retriesMax: 3,
    /** Statements that a connection keeps planned. */
    preparedStatementsMax: 300,
  },
  /** The list of authenticator models. SEC-036 */
  fidoMetadata: {
    trustedAfterDueDays: 30,
    bytesMax: 32 * 1024 * 1024,
    downloadMilliseconds: 60_000,
  },
  outbox: {
    leaseSeconds: 60,
    codeRetrySeconds: [2, 5, 15, 45],
    notificationFirstRetrySeconds: 10,
    notificationRetrySecondsMax: 3600,
    notificationLifetimeSeconds: 86_400,
    /** A message not handed over by then counts as slow, and another method is offered. REL-032 */
    slowAfterSeconds: 8,
    endedKeptSeconds: 86_400,
    codesAtOnce: 8,
    notificationsAtOnce: 4,
  },
  /** How mails look. Lengths in characters; a logo goes with every mail, so it is small. WCAG 2.2 §1.4.3 */
  mail: {
    ...{ logoBytesMax: 65_536, logoPixelsMin: 8, logoPixelsMax: 1200, logoShownHeight: 40 },
    ...{ supportLengthMax: 120, footerLengthMax: 400, subjectLengthMax: 120, introductionLengthMax: 800 },
    contrastMin: 4.5,
  },
  /** Every wait for a mail server or a gateway. REL-100 */
  delivery: { connectMilliseconds: 5000, answerMilliseconds: 10_000, totalMilliseconds: 20_000 },
  /** REL-033 */
  circuitBreaker: { failuresInRow: 5, recentCalls: 20, failureShare: 0.5, openSeconds: 30 },
  /** A policy tried on everybody before it is switched on. `secondsMax`: for 100 000 people, which the bench holds it to. */
  policyTrial: {
    ...{ windowDays: 30, placesPerPersonMax: 20, batchPeople: 1000, leaseSeconds: 30 },
    ...{ keptDays: 7, keptPerAdministrator: 5, secondsMax: 60 },
  },
  /** Directories that people live in. SEC-129 */
  directory: {
    serversMax: 8,
    basesMax: 16,
    distinguishedNameLengthMax: 1024,
    filterLengthMax: 2048,
    certificateLengthMax: 65_536,
    timeoutSeconds: 10,
    timeoutSecondsMin: 1,
    timeoutSecondsMax: 60,
    /** More people than this share of those who live in a directory are not disabled by a run on its own. */
    deletionThresholdPercent: 10,
    /** So few members may leave their groups in one run whatever the share says. */
    membersMayLeave: 25,
    syncEveryMinutes: 30,
    syncEveryMinutesMin: 5,
    syncEveryMinutesMax: 1440,
  },
  /** One connection to a directory: no answer may fill the memory, and no task may hold on to all connections. */
  ldap: {
    connectMilliseconds: 5000,
    connectionsAtOnce: 16,
    messageBytesMax: 33_554_432, // a group of some hundred thousand members in one answer
    pageEntries: 500,
    pageBytesMax: 67_108_864,
    valueBytesMax: 65_536,
    diagnosticLengthMax: 300,
  },
  /** Resetting a forgotten password. `40` §2, §5, §9; SEC §1 */
  passwordReset: {
    sessionSeconds: 900,
    identificationsPerAddressPerHour: 20,
    /** From a browser that cannot work out the proof of work. */
    identificationsWithoutWorkPerAddressPerHour: 5,
    failuresPerHour: 5,
    failuresPerDay: 5,
    /** Text messages and calls. */
    startsPerHour: 5,
    emailsPerTenMinutes: 10,
    resetsPerHour: 5,
    /** Sets of security answers, each of them several slow hashes. SEC-085 */
    answersPerAddressPerMinute: 20,
    answersPerResetPerMinute: 5,
    lockSeconds: 86_400,
    /** SEC-122: what was registered later than this before the reset is no gate while something else is. */
    settledSeconds: 86_400,
    contactRecipientsMax: 100,
    contactsPerInstallationPerHour: 20,
    /** Whoever has proven nothing gets every answer after this time at the earliest. SEC-191 */
    answerMilliseconds: 400,
    referenceSymbols: 10,
    /** How long an outside directory may take to say what became of a new password before nobody asks any more. */
    findOutSeconds: 900,
    /** How long nobody looks again after a server that was not asked itself denied it. A directory counts each look as a wrong password. */
    deniedElsewhereSeconds: 600,
  },
  /** Hashcash for pages that anybody may open: leading zero bits that SHA-256 must show. */
  proofOfWork: {
    bitsMin: 15,
    bitsMax: 20,
    lifetimeSeconds: 1800,
    /** So many a minute are quiet; each doubling asks for one bit more. */
    quietPerMinute: 60,
    /** What a browser without scripts waits in its place, and how many may wait at once. */
    waitMilliseconds: 4000,
    waitingMax: 50,
  },
  retentionDays: 30,
  /** The report on coverage: groups of people that policies tell apart, and rows of past requests, that it looks at. */
  coverage: { groupsMax: 500, requestsMax: 5000, placesMax: 300, cellsMax: 50_000 },
  /** Refusals of one session that the sign-in log keeps. */
  gateLog: { refusalsPerSession: 20, refusalsWindowSeconds: 600 },
  /** Files that are being written for administrators at the same time, in one process. */
  exports: { atOnce: 3 },
  /** Mails about sign-ins of one emergency account. */
  breakGlass: { mailsPerHour: 1 },
  /** Counting the sign-in log by policy. Nobody's transaction lasts as long as an entry waits to be counted. */
  policyImpact: { settledAfterSeconds: 120, batchEntries: 2000, batchesPerRun: 100, samplesShown: 10 },
  page: { sizeDefault: 50, sizeMax: 200 },
  displayNameLengthMax: 256,
  methodNameLengthMax: 64,
} as const

import type { MailMessages } from '../../format'

/**
 * German: everything that mails say, and nothing else. The type asks for every key; a test compares the placeholders.
 */
export const mailMessages: MailMessages = {
  'notifications.greeting': 'Guten Tag {name},',
  'notifications.support': 'Helpdesk: {contact}',
  'notifications.test.subject': 'Testnachricht: {subject}',
  'notifications.test.lead':
    'Das ist ein Test, den eine Administratorin oder ein Administrator an sich selbst geschickt hat. Es ist nichts passiert.',
  'notifications.footer':
    'Diese Nachricht wurde automatisch verschickt. {service} fragt Sie nie per E-Mail oder Telefon nach einem Code oder einem Passwort.',

  'notifications.verificationCode.subject': 'Ihr Bestätigungscode für {service}',
  'notifications.verificationCode.lead.register':
    'Sie richten eine Anmeldemethode für Ihr Konto bei {service} ein. Geben Sie den Code in dem Fenster ein, in dem Sie begonnen haben, und nirgends sonst.',
  'notifications.verificationCode.lead.signIn':
    'Sie melden sich bei Ihrem Konto bei {service} an. Geben Sie den Code in dem Fenster ein, in dem Sie begonnen haben, und nirgends sonst.',
  'notifications.verificationCode.lead.confirm':
    'Sie bestätigen bei {service}, dass Sie es sind. Geben Sie den Code in dem Fenster ein, in dem Sie begonnen haben, und nirgends sonst.',
  'notifications.verificationCode.lead.passwordReset':
    'Sie setzen das Passwort Ihres Kontos bei {service} zurück. Geben Sie den Code in dem Fenster ein, in dem Sie begonnen haben, und nirgends sonst.',
  'notifications.verificationCode.code': 'Ihr Code: {code}',
  'notifications.verificationCode.validity': 'Er gilt einmal und läuft nach {lifetime} ab.',
  'notifications.verificationCode.notYou':
    'Das waren nicht Sie? Dann geben Sie den Code niemandem und sagen Sie Ihrem Helpdesk, dass Sie ihn bekommen haben.',

  'notifications.notice.when': 'Wann: {at}',
  'notifications.notice.where': 'Woher: Netz {place}',
  'notifications.notice.by.you': 'Durch: Sie selbst, angemeldet',
  'notifications.notice.by.administrator': 'Durch: die Administration von {service}',
  'notifications.notice.deleted': 'Diese gelten nicht mehr: {methods}',
  'notifications.notice.notYou':
    'Das waren Sie, oder Sie haben es erwartet? Dann ist nichts zu tun. Wenn nicht, wenden Sie sich sofort an Ihren Helpdesk, und sehen Sie Ihre Sicherheitsinformationen durch: {link}',
  'notifications.notice.someMethod': 'Eine Anmeldemethode',

  'notifications.passwordReset.subject': 'Ihr Passwort wurde zurückgesetzt',
  'notifications.passwordReset.what':
    'Das Passwort Ihres Kontos bei {service} wurde zurückgesetzt, nachdem sich jemand als Sie ausgewiesen hat. Sie wurden überall abgemeldet.',
  'notifications.accountUnlocked.subject': 'Ihr Konto wurde entsperrt',
  'notifications.accountUnlocked.what':
    'Ihr Konto bei {service} wurde entsperrt, nachdem sich jemand als Sie ausgewiesen hat. Das Passwort ist dasselbe wie vorher.',
  'notifications.administratorPasswordReset.subject': 'Ein Administratorkonto hat sein Passwort zurückgesetzt',
  'notifications.administratorPasswordReset.what':
    'Das Administratorkonto {account} bei {service} hat das eigene Passwort zurückgesetzt.',
  'notifications.administratorPasswordReset.next':
    'Wenn das niemand erwartet hat, fragen Sie persönlich nach. Bis Sie es wissen, geben Sie dem Konto ein vorläufiges Passwort und behalten Sie es: Das beendet das gesetzte Passwort und alle Sitzungen. {link}',
  'notifications.helpAsked.subject': 'Jemand bittet um Hilfe mit einem Passwort',
  'notifications.helpAsked.what':
    'Jemand kann das Passwort von {account} bei {service} nicht zurücksetzen und bittet um Hilfe. Das Kennzeichen ist {reference}; unter den zurückgesetzten Passwörtern der Administration steht, woran es lag.',
  'notifications.helpAsked.next':
    'Noch ist nichts bewiesen. Vergewissern Sie sich persönlich oder über eine Nummer, die Sie kennen, dass es wirklich diese Person ist. Woran es lag und was Sie tun können, steht hier: {link}',

  'notifications.methodAdded.subject': 'Ihrem Konto wurde eine Anmeldemethode hinzugefügt',
  'notifications.methodAdded.what': 'Zu Ihrem Konto bei {service} ist hinzugekommen: {method}.',
  'notifications.methodChanged.subject': 'Eine Anmeldemethode Ihres Kontos wurde geändert',
  'notifications.methodChanged.what': 'In Ihrem Konto bei {service} wurde geändert: {method}.',
  'notifications.methodRemoved.subject': 'Eine Anmeldemethode wurde aus Ihrem Konto entfernt',
  'notifications.methodRemoved.what': 'Aus Ihrem Konto bei {service} wurde entfernt: {method}.',
  'notifications.defaultMethodChanged.subject': 'Ihre bevorzugte Anmeldemethode wurde geändert',
  'notifications.defaultMethodChanged.what': 'Wenn Sie sich bei {service} anmelden, kommt jetzt zuerst: {method}.',
  'notifications.passCreated.subject': 'Für Sie wurde ein befristeter Zugriffspass erstellt',
  'notifications.passCreated.what':
    'Für Ihr Konto bei {service} wurde ein befristeter Zugriffspass erstellt. Wer ihn hat, kann sich eine Zeit lang als Sie anmelden.',
  'notifications.passUsed.subject': 'Mit einem befristeten Zugriffspass wurde angemeldet',
  'notifications.passUsed.what':
    'Jemand hat sich mit einem befristeten Zugriffspass bei Ihrem Konto bei {service} angemeldet.',
  'notifications.passStopped.subject': 'Ein befristeter Zugriffspass von Ihnen wurde gestoppt',
  'notifications.passStopped.what':
    'Ein befristeter Zugriffspass, den Sie bei {service} erstellt haben, wurde nach zu vielen falschen Versuchen gestoppt. Erstellen Sie einen neuen, wenn er noch gebraucht wird.',
  'notifications.recoveryCodesMade.subject': 'Für Ihr Konto wurden neue Wiederherstellungscodes erstellt',
  'notifications.recoveryCodesMade.what':
    'Für Ihr Konto bei {service} wurden neue Wiederherstellungscodes erstellt. Frühere gelten nicht mehr. Wer einen der neuen Codes und Ihr Passwort hat, kann sich als Sie anmelden.',
  'notifications.recoveryCodeUsed.subject': 'Mit einem Wiederherstellungscode wurde angemeldet',
  'notifications.recoveryCodeUsed.what':
    'Jemand hat sich mit Ihrem Passwort und einem Wiederherstellungscode bei Ihrem Konto bei {service} angemeldet. {left, plural, =0 {Das war der letzte.} one {Ein Code ist übrig.} other {# Codes sind übrig.}}',
  'notifications.sessionsRevoked.subject': 'Sie wurden überall abgemeldet',
  'notifications.sessionsRevoked.what': 'Ihr Konto bei {service} wurde auf allen Geräten abgemeldet.',
  'notifications.passkeySuspect.subject': 'Einer Ihrer Passkeys wurde abgeschaltet',
  'notifications.passkeySuspect.what':
    '{method} verhielt sich, als wäre er kopiert worden. {service} nimmt ihn deshalb nicht mehr an. Entfernen Sie ihn und fügen Sie einen neuen hinzu.',
  'notifications.signInAfterFailures.subject': 'Anmeldung nach mehreren falschen Versuchen',
  'notifications.signInAfterFailures.what':
    'Jemand hat sich bei Ihrem Konto bei {service} angemeldet, nach mehreren Versuchen mit falschem Passwort oder Code.',
  'notifications.perUserMfaOn.subject': 'Sie brauchen ab jetzt einen zweiten Faktor',
  'notifications.perUserMfaOn.what':
    'Die Administration von {service} hat entschieden, dass Sie bei jeder Anmeldung einen zweiten Faktor verwenden. Haben Sie noch keinen, werden Sie bei der nächsten Anmeldung hingeführt.',
  'notifications.perUserMfaOff.subject': 'Ihr Konto ist jetzt weniger geschützt',
  'notifications.perUserMfaOff.what':
    'Die Administration von {service} hat entschieden, dass Sie nicht mehr bei jeder Anmeldung einen zweiten Faktor brauchen.',
  'notifications.reregistrationRequired.subject': 'Bitte richten Sie Ihre Anmeldemethoden neu ein',
  'notifications.reregistrationRequired.what':
    'Die Administration von {service} bittet Sie, Ihre Anmeldemethoden neu einzurichten. Bei der nächsten Anmeldung werden Sie hingeführt.',
  'notifications.passwordChanged.subject': 'Ihr Passwort wurde geändert',
  'notifications.passwordChanged.what':
    'Das Passwort Ihres Kontos bei {service} wurde geändert. Auf allen anderen Geräten wurden Sie abgemeldet.',
  'notifications.temporaryPasswordIssued.subject': 'Sie haben ein vorläufiges Passwort bekommen',
  'notifications.temporaryPasswordIssued.what':
    'Die Administration von {service} hat Ihrem Konto ein vorläufiges Passwort gegeben und wird es Ihnen mitteilen. Ihr altes Passwort gilt nicht mehr, und Sie wurden überall abgemeldet. Melden Sie sich mit dem vorläufigen an und wählen Sie ein eigenes.',
  'notifications.textMessagesStopped.subject': 'Textnachrichten wurden gestoppt',
  'notifications.textMessagesStopped.what':
    'Twofold bei {service} hat Textnachrichten an {method} gestoppt: Zu wenige der Codes, die dorthin gingen, wurden je eingegeben. Vielleicht lässt jemand Nachrichten an Nummern schicken, die Geld einbringen.',
  'notifications.textMessagesStopped.next':
    'Sehen Sie nach, was verschickt wurde, und lassen Sie Nachrichten weitergehen, wenn alles in Ordnung ist: {link}. Sie bekommen das, weil Sie Anmeldemethoden verwalten.',
  'notifications.breakGlassSignedIn.subject': 'Ein Notfallkonto hat sich angemeldet',
  'notifications.breakGlassSignedIn.what':
    'Das Notfallkonto {method} hat sich bei {service} angemeldet. Keine Richtlinie hält es auf; an einem gewöhnlichen Tag sollte niemand es benutzen.',
  'notifications.breakGlassSignedIn.next':
    'War das geplant, ist nichts zu tun. Wenn nicht, beenden Sie sofort seine Sitzungen und ändern Sie sein Passwort, dann sehen Sie nach, was es getan hat: {link}. Sie bekommen das als globale Administratorin oder globaler Administrator, höchstens einmal in der Stunde je Konto.',

  'securityInfo.method.passkey': 'Passkey',
  'securityInfo.method.softwareOath': 'Authenticator-App',
  'securityInfo.method.hardwareOath': 'Hardware-Token',
  'securityInfo.method.mobilePhone': 'Telefon',
  'securityInfo.method.alternateMobilePhone': 'Zweites Telefon',
  'securityInfo.method.officePhone': 'Bürotelefon',
  'securityInfo.method.email': 'E-Mail',
  'securityInfo.method.securityQuestions': 'Sicherheitsfragen',
  'securityInfo.method.recoveryCodes': 'Wiederherstellungscodes',
  'securityInfo.method.temporaryAccessPass': 'Befristeter Zugriffspass',
  'securityInfo.questions.set': 'Sicherheitsfragen',
  'securityInfo.recoveryCodes.set': 'Wiederherstellungscodes',

  'ui.duration.seconds': '{count, plural, one {# Sekunde} other {# Sekunden}}',
  'ui.duration.minutes': '{count, plural, one {# Minute} other {# Minuten}}',
  'ui.duration.hours': '{count, plural, one {# Stunde} other {# Stunden}}',
  'ui.duration.days': '{count, plural, one {# Tag} other {# Tagen}}',
}

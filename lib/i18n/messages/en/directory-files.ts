/** Lists of people and groups as CSV files, in and out. */
export const directoryFiles = {
  'directoryFiles.title': 'Import and export',
  'directoryFiles.lead':
    'Bring many people and groups in from a CSV file, or take them out as one. You see what would happen before anything does.',
  'directoryFiles.upload.title': 'Import a file',
  'directoryFiles.upload.kind': 'What is in it?',
  'directoryFiles.kind.people': 'People',
  'directoryFiles.kind.groups': 'Groups',
  'directoryFiles.upload.people.hint': 'Creates local accounts and changes them, a line a person.',
  'directoryFiles.upload.groups.hint': 'Creates local groups, adds members and takes them out.',
  'directoryFiles.upload.file': 'File',
  'directoryFiles.upload.file.hint':
    'Ends in .csv. At most {megabytes} MB and {lines, number} lines, as UTF-8 or UTF-16, with commas or semicolons.',
  'directoryFiles.upload.submit': 'Look at what it would do',
  'directoryFiles.export.title': 'Export',
  'directoryFiles.export.text':
    'To bring everything into another installation, import the groups first and then the people. Passwords, roles and sign-in methods are never in a file.',
  'directoryFiles.export.people': 'Download people',
  'directoryFiles.export.groups': 'Download groups',
  'directoryFiles.export.groupsWithMembers': 'Download groups with members',
  'directoryFiles.format.title': 'What a file looks like',
  'directoryFiles.format.text':
    'The first line names the columns, in any order. Files for Entra’s bulk create, and lists downloaded from Entra, work as they are.',
  'directoryFiles.format.people': 'Columns for people',
  'directoryFiles.format.people.text':
    'Only the user name is needed, and the display name for somebody new. A missing column leaves things as they are; an empty cell of mail or businessPhone clears it. Several groups stand in one cell, with semicolons between.',
  'directoryFiles.format.groups': 'Columns for groups',
  'directoryFiles.format.groups.text':
    'Only the name is needed. members and membersToRemove are user names, memberGroups are names of groups, with semicolons between. A group may have several lines.',
  'directoryFiles.format.passwords':
    'Passwords in a file are ignored and not kept. Give each new person a Temporary Access Pass or a temporary password on their page. Mail and phone are contacts; nobody can sign in or reset a password with them until they are registered.',
  'directoryFiles.recent.title': 'Files of the last 30 days',
  'directoryFiles.recent.none': 'No file was uploaded in the last 30 days.',
  'directoryFiles.recent.file': 'File',
  'directoryFiles.recent.kind': 'About',
  'directoryFiles.recent.state': 'State',
  'directoryFiles.recent.result': 'Result',
  'directoryFiles.recent.at': 'Uploaded',
  'directoryFiles.state.checking': 'Checking',
  'directoryFiles.state.ready': 'Waits for you',
  'directoryFiles.state.importing': 'Importing',
  'directoryFiles.state.done': 'Finished',
  'directoryFiles.state.stopped': 'Stopped',
  'directoryFiles.done.discarded': 'The file is thrown away. Nothing was changed.',

  // One file
  'directoryFiles.file.back': 'Import and export',
  'directoryFiles.file.checking': '{percent} % of the lines checked',
  'directoryFiles.file.importing': '{percent} % of the lines carried out',
  'directoryFiles.file.going': 'You can leave this page; the work goes on.',
  'directoryFiles.file.refresh': 'Look again',
  'directoryFiles.file.counts':
    '{new, number} new, {changed, number} changed, {unchanged, number} as they are, {refused, number} left out',
  'directoryFiles.file.unused': 'Columns that are not used here: {names}.',
  'directoryFiles.file.ready.title': 'Nothing has happened yet',
  'directoryFiles.file.ready.text':
    'This is what the file would do. Look at it, then confirm. Lines that are left out stay out; correct them in the file and upload it again.',
  'directoryFiles.file.nothing': 'There is nothing to do: no line would change anything.',
  'directoryFiles.file.confirm': '{count, plural, one {Carry out 1 line} other {Carry out # lines}}',
  'directoryFiles.file.discard': 'Throw the file away',
  'directoryFiles.file.errors': 'That didn’t work',
  'directoryFiles.file.allGood': 'Every line was carried out.',
  'directoryFiles.file.someBad':
    '{refused, plural, one {1 line was} other {# lines were}} left out. The others were carried out.',
  'directoryFiles.file.stopped':
    'Whoever confirmed this file may no longer do that, so it was stopped. What had been done stays; the rest was left out.',
  'directoryFiles.file.people': 'Go to the people',
  'directoryFiles.lines.new': 'New',
  'directoryFiles.lines.changed': 'Changed',
  'directoryFiles.lines.unchanged': 'As they are',
  'directoryFiles.lines.refused': 'Left out',
  'directoryFiles.lines.label': 'Lines by what they do',
  'directoryFiles.lines.tab': '{name} ({count, number})',
  'directoryFiles.lines.caption': 'Lines of the file: {name}',
  'directoryFiles.lines.line': 'Line',
  'directoryFiles.lines.key': 'Name',
  'directoryFiles.lines.what': 'What it would do',
  'directoryFiles.lines.column': 'Column',
  'directoryFiles.lines.why': 'Why',
  'directoryFiles.lines.none': 'No line.',
  'directoryFiles.lines.wholeLine': 'Whole line',
  'directoryFiles.lines.summary': '{count, plural, one {1 line} other {# lines}} on this page',
  'directoryFiles.lines.download': 'Download {name}',
  'directoryFiles.change.created': 'Is created',
  'directoryFiles.change.set': '{column}: {after}',
  'directoryFiles.change.cleared': '{column}: {before} is cleared',
  'directoryFiles.change.both': '{column}: {before} becomes {after}',
  'directoryFiles.change.more': '{text} and more',

  // Why a line is left out
  'directoryFiles.line.quote': 'A quotation mark is not closed, or stands in the middle of a cell.',
  'directoryFiles.line.too_long': 'The line is longer than any line needs to be.',
  'directoryFiles.line.column_count': 'The line has another number of cells than the first line.',
  'directoryFiles.line.bad_characters': 'The line has characters that can’t be read. Save the file as UTF-8.',
  'directoryFiles.line.user_name_missing': 'The user name is missing.',
  'directoryFiles.line.user_name_invalid':
    'A user name needs the form name@example.com with plain letters, digits and few signs{about, select, none {} other {; {about} has not}}.',
  'directoryFiles.line.duplicate': 'The same person stands on line {about} already. Keep one of the two lines.',
  'directoryFiles.line.display_name_missing': 'The display name is missing.',
  'directoryFiles.line.display_name_invalid': 'The display name is too long, or has invisible characters.',
  'directoryFiles.line.mail_invalid': 'The mail address needs the form name@example.com.',
  'directoryFiles.line.phone_invalid': 'The phone number may have digits, spaces and + ( ) . / - only.',
  'directoryFiles.line.user_type_invalid': 'The type must be member or guest.',
  'directoryFiles.line.guest_type_invalid':
    'The guest type is not known, or the person is a member. Leave it empty if in doubt.',
  'directoryFiles.line.enabled_invalid': 'This must be true or false, or yes or no.',
  'directoryFiles.line.description_invalid': 'The description is too long, or has invisible characters.',
  'directoryFiles.line.description_differs':
    'The group stands in this file before with another description. Use the same one on all of its lines.',
  'directoryFiles.line.type_change': 'A file does not make members into guests, or guests into members.',
  'directoryFiles.line.from_directory': 'This account lives in a directory. Change it there; it comes over by itself.',
  'directoryFiles.line.own_account': 'This is your own account. Ask another administrator to change it.',
  'directoryFiles.line.person_protected':
    '{about, select, none {This person has} other {{about} has}} a role above yours. Ask an administrator with a higher role.',
  'directoryFiles.line.unknown_group':
    'There is no group {about}, and no good line of this file makes it. Create it first.',
  'directoryFiles.line.group_ambiguous':
    'There are several groups {about}. Name the group by its id, or give the groups different names.',
  'directoryFiles.line.group_from_directory':
    'The group {about, select, none {} other {{about} }}lives in a directory. Change it there; it comes over by itself.',
  'directoryFiles.line.group_protected':
    'The group {about, select, none {} other {{about} }}is for administrators’ roles. A file never changes who is in it.',
  'directoryFiles.line.group_in_policy':
    'A policy leaves the group {about, select, none {} other {{about} }}out, or is about it. Only who may change policies may change this.',
  'directoryFiles.line.unknown_person': 'Nobody has the user name {about}.',
  'directoryFiles.line.member_twice': '{about} shall be added and taken out at once. Keep one of the two.',
  'directoryFiles.line.circle': 'This would make a circle: the group {about} contains this group, or is it.',
  'directoryFiles.line.group_refused': 'Another line of this new group is left out, so the group can’t be made whole.',
  'directoryFiles.line.last_administrator': 'This is the last account that can administer everything. It must stay.',
  'directoryFiles.line.no_way_in': 'After this no administrator could sign in any more. Change the policies first.',
  'directoryFiles.line.changed_since':
    'Something has changed since this was shown. Upload the file again to see what it would do now.',
  'directoryFiles.line.not_allowed': 'Whoever confirmed the file may not do this.',
} as const

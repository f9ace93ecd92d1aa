/** The admin pages for named locations. */
export const namedLocations = {
  'namedLocations.list.title': 'Named locations',
  'namedLocations.list.lead':
    'Networks that policies know by name. Mark the ones you control as trusted: policies can then treat people there differently.',
  'namedLocations.list.new': 'New location',
  'namedLocations.list.caption': 'Named locations',
  'namedLocations.list.name': 'Name',
  'namedLocations.list.trusted': 'Trusted',
  'namedLocations.list.ranges': 'Ranges or countries',
  'namedLocations.list.used': 'Used by',
  'namedLocations.list.changed': 'Last change',
  'namedLocations.list.newCountries': 'New countries location',
  'namedLocations.list.count.ranges': '{count, plural, one {# range} other {# ranges}}',
  'namedLocations.list.count.countries': '{count, plural, one {# country} other {# countries}}',
  'namedLocations.list.more': '{shown} and {count, plural, one {# more} other {# more}}',
  'namedLocations.list.unused': 'No policy by name',
  'namedLocations.list.yes': 'Trusted',
  'namedLocations.list.no': 'Not trusted',
  'namedLocations.list.mfaTrusted': 'MFA trusted IPs',
  'namedLocations.list.mfaTrusted.text':
    'An older list of {count, plural, one {# range} other {# ranges}} also counts among all trusted locations: {ranges}',
  'namedLocations.list.empty.title': 'No location yet',
  'namedLocations.list.empty.text':
    'Add the address ranges of your offices. Marked as trusted, they let new joiners register there without a Temporary Access Pass.',
  'namedLocations.list.empty.reader': 'Nobody has added a location yet.',

  'namedLocations.address.in': 'Your address now: {address} — in {places}.',
  'namedLocations.address.out': 'Your address now: {address} — in no named location.',
  'namedLocations.address.unknown': 'Your address is not known now, so it is in no location.',

  'namedLocations.saved.created': 'The location is created. Policies can use it now.',
  'namedLocations.saved.updated': 'Your changes are saved and count from now on.',
  'namedLocations.saved.deleted': 'The location is deleted.',
  'namedLocations.saved.notes': 'About your ranges',

  'namedLocations.new.title': 'New location',
  'namedLocations.countries.title': 'New countries location',
  'namedLocations.countries.lead':
    'Countries by the address people come from. An address says where a network is registered, not where a person is.',
  'namedLocations.countries.name.hint': 'What people call them together, for example “Where we have offices”.',
  'namedLocations.countries.list': 'Countries and regions',
  'namedLocations.countries.list.hint': 'Two-letter codes, like DE or NO, separated by spaces, commas or lines.',
  'namedLocations.countries.noDatabase':
    'There is no country database, so the country of every address is unknown. Whoever runs this product can say why.',
  'namedLocations.countries.ownDatabase': 'Countries are told by your organisation’s own database of {date}.',
  'namedLocations.countries.openDatabase':
    'Countries are told by the open database that comes with this product, of {date}.',
  'namedLocations.countries.unknown': 'Include unknown countries and regions',
  'namedLocations.countries.unknown.hint':
    'Addresses of which the country is not known, such as those of private networks.',
  'namedLocations.edit.lead': 'Changes count from the moment you save them.',
  'namedLocations.edit.readLead': 'You can read this location. Changing it needs another role.',
  'namedLocations.edit.back': 'All locations',
  'namedLocations.edit.errors': 'Please check this first',
  'namedLocations.edit.delete': 'Delete location',
  'namedLocations.edit.usedBy': 'Used by',
  'namedLocations.edit.unused': 'No policy names this location.',
  'namedLocations.edit.trustedUse': 'Policies that name all trusted locations count it too while it is trusted.',

  'namedLocations.form.name': 'Name',
  'namedLocations.form.name.hint': 'What people call the place, for example “Head office”.',
  'namedLocations.form.name.missing': 'Give the location a name of up to 256 characters.',
  'namedLocations.form.ranges': 'Address ranges',
  'namedLocations.form.ranges.hint':
    'One per line, like 203.0.113.0/24 or 2001:db8::/48. Up to 2000. A single address ends in /32 (IPv4) or /128 (IPv6).',
  'namedLocations.form.trusted': 'Mark as trusted location',
  'namedLocations.form.trusted.hint':
    'Only for networks you control. Whoever is there may be spared the proof that others must give.',
  'namedLocations.form.create': 'Create',
  'namedLocations.form.save': 'Save',

  'namedLocations.line.invalid':
    'Line {line}: “{text}” is no address range. Write it like 203.0.113.0/24 or 2001:db8::/48.',
  'namedLocations.line.noLength': 'Line {line}: “{text}” needs a length. Write {suggestion} for this one address.',
  'namedLocations.line.tooWide':
    'Line {line}: “{text}” covers too much of the internet to mean one place. Use a length of /9 or more.',
  'namedLocations.line.more': '{count, plural, one {# more line needs} other {# more lines need}} a look too.',

  'namedLocations.conflict.title': 'Someone else has changed this location meanwhile, so yours was not saved.',
  'namedLocations.conflict.text':
    'What you filled in is still here. Look at the newest version, then make your change there.',
  'namedLocations.conflict.link': 'Open the newest version',
  'namedLocations.confirm.label': 'Type the name to confirm',
  'namedLocations.confirm.hint': 'The whole name, as it stands above.',

  'namedLocations.delete.title': 'Delete this location?',
  'namedLocations.delete.text': '“{name}” disappears from the list. People there are then nowhere in particular.',
  'namedLocations.delete.trusted':
    'It is marked as trusted, so it can’t be deleted yet. Take the mark away first; then come back here.',
  'namedLocations.delete.inUse':
    '{count, plural, one {A policy still names it} other {# policies still name it}}: {policies}. Take it out there first; then come back here.',
  'namedLocations.delete.submit': 'Delete location',
  'namedLocations.delete.edit': 'Edit the location',

  'namedLocations.read.trusted': 'Trusted',
  'namedLocations.read.ranges': 'Ranges',
} as const

/**
 * One sentence for every failure code, as `failure.<code>`: what happened, then what to do next. They blame nobody and
 * say nothing a stranger could use. `{wait}` is always available: the time left, in words.
 *
 * @see the error and message catalogue of the registration specification, E01 to E24; the numbers stand beside.
 */
export const failures = {
  // Too often
  'failure.throttle.locked_out':
    'That was one try too many. To keep your account safe, wait {wait} and then try again.', // E17
  'failure.throttle.too_many_requests': 'That was a lot at once. Wait {wait}, then go on where you were.',

  // Files of people and groups
  'failure.directory_files.not_allowed': 'Your role doesn’t include this. Ask an administrator who may do it.',
  'failure.directory_files.file_missing': 'Choose a file first. It must not be empty.',
  'failure.directory_files.file_too_large': 'This file is too large. Split it, and upload one part after the other.',
  'failure.directory_files.file_kind': 'Choose a file that ends in .csv. Save a spreadsheet as CSV first.',
  'failure.directory_files.file_empty': 'The file has no lines after the one that names the columns. Add some.',
  'failure.directory_files.file_encoding':
    'The file can’t be read as text. Save it as CSV in UTF-8, and upload it again.',
  'failure.directory_files.file_header':
    'The first line must name the columns: userPrincipalName for people, displayName for groups. Check that you chose what is in the file.',
  'failure.directory_files.file_column_twice':
    'Two columns mean the same. Remove one of them, and upload the file again.',
  'failure.directory_files.file_too_many_lines':
    'The file has too many lines. Split it, and upload one part after the other.',
  'failure.directory_files.too_many_waiting':
    'Too many files wait for somebody to confirm them. Confirm or throw away some first.',
  'failure.directory_files.not_found': 'This file is gone. Go back to the list.',
  'failure.directory_files.not_ready': 'This file has changed meanwhile. Load the page again to see how it stands.',
  'failure.directory_files.nothing_to_do':
    'No line of this file would change anything, so there is nothing to confirm.',

  // Mails of the organisation
  'failure.mail.colour_malformed': 'Write the colour as # and six digits, such as #0a5a72.',
  'failure.mail.colour_too_light':
    'White text on this colour is hard to read: the contrast is {contrast} to 1, and 4.5 to 1 is needed. Choose a darker colour, such as {darker}.',
  'failure.mail.text_too_long': 'This is too long. Use at most {max} characters.',
  'failure.mail.text_malformed':
    'There is a line break or an invisible character in this. Take it out, then try again.',
  'failure.mail.foreign_link':
    '“{link}” would become a link to another site. Take it out: mails lead to this site only, so that people can trust their links.',
  'failure.mail.placeholder_unknown': '“{placeholder}” stands for nothing in this mail. You can use {allowed}.',
  'failure.mail.not_switchable': 'This mail can’t be switched off here. Look at the settings it belongs to.',
  'failure.mail.logo_missing': 'Choose a file first. It must not be empty.',
  'failure.mail.logo_too_large':
    'This file is too large. Choose one of at most {kibibytes} KB: it goes with every mail.',
  'failure.mail.logo_format_unknown':
    'This is not a complete PNG or JPEG picture. Save the logo as PNG, then choose that file.',
  'failure.mail.logo_dimensions':
    'This picture is too small or too large. Choose one between {min} and {max} pixels wide and high.',
  'failure.mail.no_address': 'Your profile has no email address to send this to. Ask somebody to add one.',

  // Hardware tokens
  'failure.hardware_oath.not_allowed':
    'Your role doesn’t include the inventory of tokens. Ask somebody who manages it.',
  'failure.hardware_oath.file_missing': 'Choose a file first. It must not be empty.',
  'failure.hardware_oath.file_too_large': 'This file is too large. Split it, and upload one part after the other.',
  'failure.hardware_oath.format_unknown':
    'Choose a file that ends in .csv, .xml or .pskcxml. Other files can’t be read.',
  'failure.hardware_oath.not_found': 'This token has changed meanwhile. Load the page again to see how it stands.',
  'failure.hardware_oath.not_free': 'This token is somebody’s already. Take it back first, or choose another one.',
  'failure.hardware_oath.still_assigned': 'This token is still assigned. Take it back first, then delete it.',
  'failure.hardware_oath.nobody': 'Nobody has this user name. Check it and try again.',
  'failure.hardware_oath.guest': 'Guests can’t have a token. Choose somebody of your organisation.',
  'failure.hardware_oath.serial_unknown':
    'We can’t add a token with this number. Check the number on the back, or ask your help desk.',
  'failure.hardware_oath.too_many_tries': 'That was one try too many. Wait {wait}, then try again.',
  'failure.hardware_oath.code_mismatch': 'That code isn’t right. Wait for the next one on the token and enter that.',
  'failure.hardware_oath.limit_reached':
    'This person has 5 apps and tokens, the most an account can hold. Delete one of them first.',
  'failure.hardware_oath.policy':
    'Policy doesn’t let this person use hardware tokens. Change the policy, or choose another person.',

  // Policies as files
  'failure.policy_files.not_allowed':
    'Your role doesn’t include importing or exporting policies. Ask somebody who manages them.',
  'failure.policy_files.file_missing': 'Choose a file first. It must not be empty.',
  'failure.policy_files.file_too_large':
    'These files are larger than 5 MB. Upload fewer at a time, or pack them as .zip.',
  'failure.policy_files.too_many_files': 'These are more than 500 files. Upload fewer at a time.',
  'failure.policy_files.format_unknown': 'Choose files that end in .json or .zip. Other files can’t be read.',
  'failure.policy_files.nothing_found':
    'None of these files holds a policy, a named location or a strength. Check what you exported, and try again.',
  'failure.policy_files.too_many_items': 'There are more than 500 things in these files. Upload fewer at a time.',
  'failure.policy_files.too_many_drafts':
    'There are 20 uploads that nobody has imported. Import one of them or throw it away, then try again.',
  'failure.policy_files.not_found':
    'This upload is gone. It was thrown away or its time is over: upload the files again.',
  'failure.policy_files.already_imported': 'This upload was imported already. Look at the list of policies.',
  'failure.policy_files.nothing_chosen': 'Nothing is chosen. Tick what you want to import, then try again.',
  'failure.policy_files.changed_meanwhile':
    'Something has changed since this page was shown, so nothing was imported. Look at it again, then go on.',
  'failure.policy_files.too_many_policies':
    'These are too many policies: 240 are possible. Take {count} fewer, then try again.',
  'failure.policy_files.too_many_locations':
    'These are too many named locations: 195 are possible. Take {count} fewer, then try again.',
  'failure.policy_files.too_many_strengths':
    'These are too many strengths: 15 are possible. Take {count} fewer, then try again.',
  'failure.policy_files.nobody': 'Nobody here has this user name. Check it, or leave the person out.',
  'failure.policy_files.no_group': 'No group here has this name. Check it, or leave the group out.',
  'failure.policy_files.several_groups': 'Several groups have this name. Enter the id of the one you mean.',
  'failure.policy_files.too_many_exports': 'Others are exporting right now. Wait a moment, then try again.',

  // Registering
  'failure.registration.code_mismatch': 'That code isn’t right. Check the newest code and enter it again.', // E01
  'failure.registration.code_expired': 'This code has expired. Ask for a new one and enter that.', // E02
  'failure.registration.too_many_codes':
    'You have asked for many codes. Wait {wait}, or choose a different method now.', // E03
  'failure.registration.texts_paused':
    'We can’t text or call this number at the moment. Choose a different method, or try again tomorrow.', // SEC-067
  'failure.registration.too_many_tries':
    'That was one try too many for this code. Enter your number or address again to get a new one.', // E01
  'failure.registration.resend_too_early': 'Your code is still on its way. You can ask for a new one in {wait}.', // E03
  'failure.registration.send_failed':
    'We couldn’t send the code. Check the number or address and try again, or set up a different method.', // E04
  'failure.registration.phone_invalid':
    'Enter a complete phone number and choose its country, for example 07400 123456.', // E05
  'failure.registration.phone_unknown':
    'Nobody can have this number. Check each digit and the country, then try again.', // E05
  'failure.registration.phone_not_mobile': 'That is not a mobile number. Enter a mobile number.', // E05
  'failure.registration.phone_not_office':
    'That number can’t be called. Enter the number of a landline or a mobile phone.', // E05
  'failure.registration.extension_invalid': 'Enter the extension with up to 10 digits, or leave it empty.', // E05
  'failure.registration.phone_country_not_allowed':
    'Your organisation doesn’t send codes to numbers of that country. Use another number, or set up a different method.',
  'failure.registration.email_invalid': 'Enter a complete email address, like name@example.com.',
  'failure.registration.email_not_allowed':
    'This address can’t be used here. Choose one you can open without your work or school account.', // E23
  'failure.registration.already_registered':
    'This is already in your list, so there is nothing left to do. You can add another one.', // E06
  'failure.registration.limit_reached':
    'You have as many of these as your account can hold. Delete one, then add the new one.', // E07
  'failure.registration.method_not_allowed':
    'Your organisation doesn’t offer this method to you. Choose a different one.', // E08
  'failure.registration.mobile_phone_first': 'Add a mobile phone first; this one is its spare.',
  'failure.registration.nothing_registrable':
    'There is no method you can set up yourself right now. Contact your administrator: they can turn one on for you.', // E22
  'failure.registration.session_expired':
    'You were away for a while, so set-up was closed. Start again; what you added before is kept.', // E14
  'failure.registration.ceremony_expired': 'This step took too long and has ended. Start it again.', // E14
  'failure.registration.ceremony_used': 'This step is already done. Reload the page and go on from there.', // E06
  'failure.registration.name_invalid': 'Enter a name of up to 64 characters.',
  'failure.passkey.not_allowed':
    'Your organisation doesn’t allow this kind of passkey. Try another device or security key, or set up a different method.', // E09
  'failure.passkey.cancelled':
    'Your passkey was not set up, because the browser window was closed or took too long. Try again.', // E10
  'failure.passkey.not_verified':
    'We couldn’t check that passkey, so it was not used. Try again, or use a different method.',
  'failure.passkey.already_registered': 'This device already has a passkey for your account. It’s ready to use.', // E06

  // A person's methods, and the gate before them
  'failure.security_info.freshness_required': 'It has been a while. Confirm it’s you, then go on where you were.', // E11
  'failure.security_info.blocked_no_method':
    'Your organisation lets you set up sign-in methods only from a trusted place. Either ask your help desk for a Temporary Access Pass and sign in with it, or open this page from your organisation’s network.', // E13
  'failure.security_info.blocked':
    'Your organisation doesn’t allow changes to security info from here. Ask your help desk, or open this page from your organisation’s network.', // E13
  'failure.security_info.other_method_needed':
    'Your organisation asks for a stronger method here. Sign in again and choose a different method.', // E18
  'failure.security_info.terms_required':
    'Your organisation asks you to accept its terms of use first. Read them, then go on where you were.',
  'failure.security_info.new_password_required':
    'Your organisation asks you for a new password first. Set one, then go on where you were.',
  'failure.security_info.changed_elsewhere':
    'Your security info was changed in another window. We loaded the newest list; try again.', // E20
  'failure.security_info.not_found': 'This method is no longer in your list. We loaded the newest list for you.', // E20
  'failure.security_info.session_not_found': 'That device is already signed out. Here is the newest list.', // E20
  'failure.security_info.last_method':
    'This is the only method you can sign in with. Add another one first, then you can delete this.',
  'failure.security_info.text_sign_in_off':
    'Your organisation doesn’t offer signing in with this phone number. Use your password or a passkey.',
  'failure.security_info.number_taken':
    'Somebody else signs in with this phone number, so it can’t be used for you too. Use another number.',
  'failure.security_info.not_default_eligible':
    'This method can’t be your default, because it can’t be used to sign in. Choose a different one.',

  // Signing in: the same words for a known and an unknown account
  'failure.sign_in.failed': 'That didn’t work. Check your user name and password and try again.', // E24
  'failure.sign_in.directory_unavailable':
    'We couldn’t check this password: it may be mistyped, or your organisation’s directory can’t be reached. Check it, or try the same one again in {wait}. Trying many others pauses your sign-in.',
  'failure.sign_in.directory_password_due':
    'Your organisation’s directory wants a new password first, and it takes none from here. Set one on a work computer or ask your help desk, then sign in with it.',
  'failure.password.in_directory':
    'This password lives in your organisation’s directory, which takes no new one from here. Change it there, for example on a work computer, or ask the help desk.',
  'failure.password.directory_refused': 'The directory that keeps this password changed nothing. {words}',
  'failure.password.directory_unavailable':
    'The directory that keeps your password can’t be reached now. Nothing was changed. Try again in {wait}.',
  'failure.password.directory_asked':
    'The directory is still being asked about an earlier new password for this account. Try again in {wait}.',
  'failure.password.directory_unknown':
    'The directory didn’t say whether it took the password, so it isn’t shown. We keep asking; issue a new one in a few minutes.',
  'failure.sign_in.locked': 'Sign-in is paused to keep this account safe. Wait {wait} and then try again.', // E17
  'failure.sign_in.pass_failed':
    'We couldn’t sign you in with this Temporary Access Pass. Check it, or ask your help desk for a new one.', // E16
  'failure.sign_in.session_ended': 'You were signed out to keep your account safe. Sign in again to go on.',
  'failure.sign_in.blocked':
    'You can’t reach this from here. Try from your organisation’s network, or ask your help desk.', // E13
  'failure.sign_in.code_mismatch': 'That code isn’t right. Check the newest code and enter it again.', // E01
  'failure.sign_in.code_used': 'This code was already used. Wait until your app shows the next one, and enter that.', // E01
  'failure.sign_in.code_expired': 'This code has expired. Ask for a new one and enter that.', // E02
  'failure.sign_in.call_waiting': 'We have not heard the # key yet. Answer the call, press #, then go on here.', // E15
  'failure.sign_in.call_denied':
    'A different key was pressed, so you were not signed in. Ask for another call, or choose a different method.', // E15
  'failure.sign_in.call_not_answered': 'Nobody pressed # in time. Ask for another call, or choose a different method.', // E15
  'failure.sign_in.recovery_code_mismatch':
    'That isn’t one of your recovery codes. Check each character, and that the list is your newest one.',
  'failure.sign_in.recovery_code_used': 'This recovery code was already used. Cross it out, and enter another one.',
  'failure.sign_in.recovery_code_missing': 'Enter one of your recovery codes: five groups of four characters.',
  'failure.security_questions.question_missing': 'A question is missing. Choose one from the list.', // E12
  'failure.security_questions.question_twice': 'You chose this question before. Choose a different one.', // E12
  'failure.security_questions.answer_length': 'This answer is too short or too long. Give one of 3 to 40 characters.', // E12
  'failure.security_questions.answer_twice': 'You gave this answer before. Give a different one to each question.', // E12
  'failure.security_questions.answer_is_name': 'Your own name is too easy to guess. Give a different answer.', // E12
  'failure.security_questions.answer_in_question':
    'This answer stands in the question, so it is too easy to guess. Give a different one.', // E12
  'failure.recovery_codes.method_first':
    'Recovery codes stand in for a method that you have lost. Add a passkey, an app or a phone first.',
  'failure.recovery_codes.not_with_pass':
    'Recovery codes can’t be made while you are signed in with a Temporary Access Pass. Add a method, sign out, and sign in with it.',
  'failure.sign_in.passkey_unknown':
    'That passkey is not registered here any more. Sign in another way, then you can add a new one.',
  'failure.sign_in.passkey_failed': 'That passkey didn’t work. Try again, or sign in another way.', // E24
  'failure.sign_in.method_unavailable': 'This method can’t be used right now. Choose a different one to go on.', // E08
  'failure.sign_in.number_unreachable':
    'We don’t send codes to this number or call it. Choose a different method, or ask your help desk.', // E04
  'failure.sign_in.user_name_missing': 'Enter your user name, for example ana@example.org.',
  'failure.sign_in.password_missing': 'Enter your password, then sign in.',
  'failure.sign_in.pass_missing': 'Enter the pass that your help desk gave you, then sign in.',
  'failure.sign_in.code_missing': 'Enter the newest code: 6 digits.',
  'failure.sign_in.not_finished': 'You haven’t finished signing in yet. Finish it, then go on here.', // E11

  // Choosing a password
  'failure.password.too_short':
    'It’s too short. Use at least {min} characters; a few words in a row are easy to remember.',
  'failure.password.too_long': 'It’s too long. Use at most {max} characters.',
  'failure.password.unreadable_character':
    'It contains a character that can’t be typed everywhere, such as a tab. Leave it out.',
  'failure.password.character_not_allowed':
    'It contains a character that isn’t allowed here. Use letters from A to Z, digits, spaces and common signs.',
  'failure.password.too_few_kinds':
    'It needs three of these four: small letters, capital letters, digits, and signs such as a hyphen.',
  'failure.password.contains_own_name': 'It contains your name or user name. Leave that out.',
  'failure.password.contains_organisation': 'It contains the name of your organisation. Leave that out.',
  'failure.password.too_easy': 'It’s too easy to guess, because it is made of words many people use. Choose others.',
  'failure.password.blocked_word':
    'It contains words that your administrator has blocked, and not enough else. Choose others.',
  'failure.password.too_common': 'It’s one of the passwords most people use, so it is tried first. Choose another one.',
  'failure.password.breached':
    'It’s in a list of passwords that became known, so it is tried first. Choose another one.',
  'failure.password.not_acceptable': 'This can’t be your new password yet. The reasons are below.',
  'failure.password.missing': 'There is no new password yet. Enter the one you want.',
  'failure.password.current_missing': 'The password you have now is missing. Enter it too.',
  'failure.password.current_wrong': 'That isn’t the password you have now. Check it and try again.',
  'failure.password.temporary_ended':
    'Your password is a temporary one, and its time is over. Ask your help desk for a new one and sign in with it.',
  'failure.password.none':
    'Your account has no password, so there is none to change. You sign in with your other methods.',
  'failure.password.changed_meanwhile':
    'Your password was changed in another window. Sign in again with the newest one, or ask your help desk.',
  'failure.password.same_as_current': 'This is the password you have now. Choose a different one.',

  // Any form
  'failure.form.invalid': 'Something is missing or isn’t right yet. Check the marked fields.',
  'failure.form.stale':
    'This page was open for too long or was changed elsewhere. Here is the newest version; try again.', // E20
  'failure.service.busy': 'A lot is going on right now, and nothing was changed. Try again in {wait}.', // E21
  'failure.service.unknown_outcome':
    'The connection broke before we got an answer. Reload the page and see whether it worked before you try again.', // E21
  'failure.service.unexpected': 'That didn’t work, and nothing was changed. Try again, or ask your help desk.',

  // Administration
  'failure.directory.forbidden': 'Your role doesn’t include this. Ask an administrator who may do it.',
  'failure.directory.own_account':
    'You can’t do this to your own account. Use your security info page, or ask another administrator.',
  'failure.directory.target_protected': 'This person has a role above yours. Ask an administrator with a higher role.',
  'failure.directory.not_found': 'This person is no longer in the directory. Go back to the list.',
  'failure.directory.user_principal_name_invalid':
    'Enter a user name like ana@example.org, with letters, digits and simple signs only.',
  'failure.directory.display_name_invalid': 'Enter a name of up to 256 characters.',
  'failure.directory.user_exists': 'Somebody already has this user name. Choose another one.',
  'failure.directory.administrator_exists':
    'There is already a Global Administrator. Ask them for a Temporary Access Pass.',
  'failure.directory.fresh_required': 'This needs a recent sign-in. Confirm it’s you, then go on where you were.',
  'failure.directory.connector_invalid': 'Something here doesn’t fit. Check the fields and try again.',
  'failure.directory.connector_name_invalid': 'Give this directory a name of up to 64 characters.',
  'failure.directory.connector_password_again':
    'Type this password again: nothing was saved, and a password is never sent back to a page.',
  'failure.directory.connector_url_invalid':
    'Enter one address a line, such as ldaps://directory.example.org:636, with nothing after the port.',
  'failure.directory.connector_security_mismatch':
    'With LDAPS an address begins with ldaps://, with StartTLS it begins with ldap://. Change the addresses or the choice.',
  'failure.directory.connector_dn_invalid': 'Enter one distinguished name a line, such as ou=people,dc=example,dc=org.',
  'failure.directory.connector_account_invalid':
    'Enter the service account by its distinguished name, such as cn=reader,dc=example,dc=org.',
  'failure.directory.connector_filter_invalid': 'Enter a filter in brackets, such as (objectClass=inetOrgPerson).',
  'failure.directory.connector_attribute_invalid': 'Enter the name of one attribute, such as displayName.',
  'failure.directory.connector_certificate_invalid':
    'Paste certificates in PEM: everything from BEGIN CERTIFICATE to END CERTIFICATE.',
  'failure.directory.connector_too_many': 'These are more lines than we keep. Leave some out.',
  'failure.directory.connector_password_needed':
    'Enter the password of the service account. It is asked again when the servers or the account change.',
  'failure.directory.connector_kind_fixed':
    'The kind of a directory stays as it is. Add a new directory for another kind.',
  'failure.directory.connector_name_taken': 'Another directory has this name. Choose a different one.',
  'failure.directory.connector_changed_meanwhile':
    'Somebody changed this directory meanwhile. Load the page again to see how it is now.',
  'failure.directory.connector_not_found': 'This directory is gone. Go back to the list.',
  'failure.directory.connector_from_file': 'A file on the server tells the directories. Ask whoever looks after it.',
  'failure.directory.connector_in_use':
    'People or groups of this directory are here, and stay. Turn it off instead: nobody signs in by it then.',
  'failure.directory.connector_off': 'This directory is turned off. Turn it on first.',
  'failure.directory.connector_list_old': 'There was a newer run since. Look at its list, then decide.',

  // Conditional Access, for the administrator who edits it
  'failure.conditionalAccess.unsupported_member':
    '“{member}” can’t be decided here, so the policy was not saved. Remove it and save again.',
  'failure.conditionalAccess.invalid_policy': 'The policy isn’t complete yet. Check the marked part and save again.',
  'failure.conditionalAccess.no_users': 'Nobody is included yet. Choose users, groups or roles, then save again.',
  'failure.conditionalAccess.no_target': 'There is no target yet. Choose apps or a user action, then save again.',
  'failure.conditionalAccess.several_targets':
    'A policy has one kind of target. Keep either the apps or the user action.',
  'failure.conditionalAccess.no_locations':
    'The location condition is on, but names no place. Choose a location, or turn it off.',
  'failure.conditionalAccess.no_control':
    'The policy doesn’t ask for anything yet. Choose what to require, or block access.',
  'failure.conditionalAccess.block_not_alone':
    'Blocking leaves nothing to require. Keep either the block or the requirements.',
  'failure.conditionalAccess.mfa_with_strength':
    'A strength already asks for multifactor authentication. Keep only one of the two.',
  'failure.conditionalAccess.invalid_filter':
    'The device filter can’t be read from character {position} on. Look at the rule there and save again.',
  'failure.conditionalAccess.password_change_alone':
    'Changing the password goes only together with multifactor authentication, for all apps and by user risk alone.',
  'failure.conditionalAccess.not_for_this_action':
    'For registering devices a policy can only require multifactor authentication or a strength. Remove the rest.',
  'failure.conditionalAccess.persistent_for_all_only':
    'How long a browser stays signed in can only be said for all apps. Choose them, or take that part away.',
  'failure.conditionalAccess.too_many_users': 'That is too many single people for one policy. Use a group instead.',
  'failure.conditionalAccess.too_many_policies':
    'There are 240 policies, and more cannot be. Delete one you no longer need, then try again.',
  'failure.conditionalAccess.unknown_reference':
    'Something this policy names no longer exists. Check users, groups, locations and strengths, then save again.',
  'failure.conditionalAccess.invalid_location':
    'The location isn’t complete yet. Check the marked part and save again.',
  'failure.conditionalAccess.no_ranges':
    'There are no addresses yet. Add at least one range, for example 203.0.113.0/24.',
  'failure.conditionalAccess.no_countries': 'No country is chosen yet. Choose at least one, then save again.',
  'failure.conditionalAccess.invalid_country': '“{country}” is no country code. Choose from the list.',
  'failure.conditionalAccess.invalid_range':
    'This isn’t an address range. Write it like 203.0.113.0/24 or 2001:db8::/32.',
  'failure.conditionalAccess.range_too_wide':
    'This range covers too much of the internet to mean one place. Use one that is smaller than a /8.',
  'failure.conditionalAccess.too_many_ranges':
    'That is more ranges than one location can hold. Spread them over several locations.',
  'failure.conditionalAccess.too_many_locations':
    'There is no room for another location. Delete one you no longer need, then try again.',
  'failure.conditionalAccess.location_trusted':
    'This location is marked as trusted. Take the mark away first, then delete it.',
  'failure.conditionalAccess.location_in_use':
    'A policy still uses this location. Take it out of the policy first, then delete it.',
  'failure.conditionalAccess.invalid_strength':
    'The strength isn’t complete yet. Choose a name and at least one combination.',
  'failure.conditionalAccess.too_many_strengths':
    'There is no room for another strength. Delete one you no longer need, then try again.',
  'failure.conditionalAccess.strength_built_in': 'Built-in strengths stay as they are. Make your own and change that.',
  'failure.conditionalAccess.strength_in_use':
    'A policy still uses this strength. Take it out of the policy first, then delete it.',
  'failure.conditionalAccess.confirmation_needed':
    'This could lock people out, you among them. Read what will change, then confirm it.',
  'failure.conditionalAccess.invalid_contexts':
    'A line can’t be read. Write an id from c1 to c99, a space, then a name; each id once.',
  'failure.conditionalAccess.own_exclusion':
    'You can’t exclude yourself from a policy. Ask another administrator to do it.',
  'failure.conditionalAccess.not_found': 'This no longer exists. Go back to the list.',
  'failure.conditionalAccess.changed_meanwhile':
    'Someone else has just changed this. Here is the newest version; make your change again.',
  'failure.policyChanges.changed_meanwhile':
    'Someone else has changed this meanwhile, so yours was not saved. Open the newest version and make your change there.',
  'failure.policyChanges.no_administrator_left':
    'No Global Administrator could sign in any more, so this was not saved. Leave them a method, or give one of them another first.',
  'failure.policyChanges.unknown_target': 'Somebody or a group that you chose no longer exists. Choose somebody else.',
  'failure.policyChanges.unknown_group': 'A group you chose no longer exists. Choose another one.',
  'failure.policyChanges.profile_assigned':
    'This profile is in use. Give its groups another one, and make another one the default, before you delete it.',
  'failure.policyChanges.too_large':
    'The methods policy would have more than 20 KB with this, so it was not saved. Name fewer groups or models.',
  'failure.policyChanges.invalid': 'This isn’t complete yet. Go back and check what you filled in.',
  'failure.policyChanges.fresh_elsewhere':
    'This needs a recent sign-in. Confirm it’s you in another tab, then come back and save here.',
  'failure.policy_trials.not_allowed': 'Your role doesn’t include this. Ask an administrator who may do it.',
  'failure.policy_trials.not_found': 'This no longer exists. Go back to the policies and start again from there.',
  'failure.policy_trials.already_running':
    'You already have a check under way. Wait for it or stop it, then start this one.',
  'failure.conditionalAccess.what_if_unset': 'This is still open. Choose one: what would happen depends on it.',
  'failure.conditionalAccess.what_if_unreadable': 'This can’t be read. Check it, or leave it empty where you may.',
  // Terms of use
  'failure.terms.name_missing': 'The terms have no name yet. Give them one of up to 256 characters.',
  'failure.terms.text_missing': 'There is no text yet. Write what people should accept.',
  'failure.terms.too_long':
    'That is too long: all languages together hold up to 60,000 characters, in up to 10 languages. Shorten it, then save again.',
  'failure.terms.invalid_language': 'That is no language code. Write a short one, such as en, de or pt-BR.',
  'failure.terms.language_twice': 'A language is there twice. Keep one text for each language.',
  'failure.terms.invalid_days': 'That is no number of days. Write one from 1 to 3650, or leave it empty.',
  'failure.terms.too_many': 'There are 40 terms of use, the most there can be. Retire one of them first.',
  'failure.terms.in_use':
    '{count, plural, one {A policy asks} other {# policies ask}} for these terms: {policies}. Take them out there first.',
  'failure.terms.retired': 'These terms are retired and stay as they are. Make new ones instead.',
  'failure.terms.changed_meanwhile': 'The text has changed meanwhile. Here is the newest one: please read it.',
  'failure.terms.not_asked': 'Nobody asks you to accept this now. Go back to where you were.',
  'failure.conditionalAccess.no_administrator_left':
    'No Global Administrator could sign in to the admin area any more, so this was not saved: {who}. Change the policies first. {repairers}',
  'failure.conditionalAccess.deleted_reference':
    'It names the location “{name}”, which is deleted too. Restore that one first, or bring the policy back in report-only.',
  'failure.conditionalAccess.invalid_trusted_ip':
    '“{range}” is an IPv6 range. This older list takes IPv4 only; use a named location for it.',
  'failure.conditionalAccess.not_allowed': 'Your role doesn’t include this. Ask an administrator who may do it.',

  // Resetting a password. Before something is proven no sentence says whether an account exists.
  'failure.password_reset.name_missing': 'Your user name is missing. Enter it as you do when you sign in.',
  'failure.password_reset.expired': 'The time for this reset is over. Start again.',
  'failure.password_reset.other_form':
    'You started another reset in this browser. Load the page again to go on with that one.',
  'failure.password_reset.locked': 'Too many tries. Try again in {wait}, or contact your administrator.',
  'failure.password_reset.work_needed': 'Your browser’s check didn’t finish. Load the page again and try once more.',
  'failure.password_reset.code_mismatch':
    'That code isn’t right for this account. Check the newest one, or choose another way. What you added today may not count yet.',
  'failure.password_reset.code_expired': 'This code has expired. Ask for a new one and enter that.',
  'failure.password_reset.number_missing': 'The number is missing. Enter the whole phone number.',
  'failure.password_reset.answers_mismatch':
    'Not all of these answers are right. Here are other questions; try again, or choose another way.',
  'failure.password_reset.answers_missing': 'An answer is missing. Answer every question.',
  'failure.password_reset.passkey_failed': 'This passkey doesn’t prove it for this account. Choose another way.',
  'failure.password_reset.call_waiting':
    'We’re still waiting for the # key. Answer the call, press #, then go on here.',
  'failure.password_reset.call_not_answered': 'Nobody pressed # in time. Call again, or choose another way.',
  'failure.password_reset.way_unavailable': 'This way is not offered any more. Choose another one.',
  'failure.password_reset.directory_refused': 'The directory that keeps your password refused it: {words}',
  'failure.password_reset.directory_unavailable':
    'The directory that keeps your password can’t be reached now. Nothing was changed. Try again in {wait}.',
} as const

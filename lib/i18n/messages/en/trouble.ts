/**
 * The pages for "not found" and "something broke". Their own file because the error pages run in the browser and are
 * part of every page's script: they take these few plain sentences and nothing else.
 */
export const trouble = {
  'trouble.notFound.title': 'Page not found',
  'trouble.notFound.text': 'The address may be mistyped, or the page has moved. Nothing has changed in your account.',
  'trouble.error.title': 'Something went wrong on our side',
  'trouble.error.text': 'Your account is as it was. Try again; if it keeps happening, tell your help desk.',
  'trouble.error.again': 'Try again',
  'trouble.error.reference': 'Reference for your help desk',
  'trouble.home': 'Go to your security info',
} as const

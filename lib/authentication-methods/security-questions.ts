/**
 * The questions that the product brings along, by id; their texts are messages.
 *
 * Written for this product. None asks for what registers, profiles or relatives tell: no maiden names, birthplaces,
 * schools, pets, first cars. Each has many possible answers that its owner does not change over the years. Such
 * questions remain the weakest way to show who somebody is, and every page says so.
 *
 * @see `10` §11; OWASP Choosing and Using Security Questions; NIST SP 800-63B-4 §3.1.1.2
 */
export const predefinedQuestions = [
  'firstDishCooked',
  'hidingPlace',
  'jobImagined',
  'bookReadTwice',
  'bedtimeSong',
  'firstPresentBought',
  'toyLost',
  'grandparentsSmell',
  'firstJourneyAlone',
  'brokenAndHidden',
  'foodRefused',
  'wayHomeTreat',
  'childhoodFear',
  'neighboursAnimal',
  'gameInvented',
  'embarrassingBand',
  'worstHaircut',
  'leftBehind',
  'familyStory',
  'firstCollection',
  'soundOfHome',
  'firstMusicPaid',
  'softToy',
  'worstMark',
  'firstCrush',
  'recipeHandedDown',
  'bedroomWindow',
  'firstMoneyEarned',
  'learnedToSwim',
  'firstRhyme',
  'worstPresent',
  'holidayMishap',
  'secretClub',
  'wordMispronounced',
  'treasuredObject',
] as const
export type PredefinedQuestion = (typeof predefinedQuestions)[number]

/** What may stand for a question: one of ours by its id, or one of the organisation's by its text. */
export type Question =
  | { readonly kind: 'predefined'; readonly id: PredefinedQuestion }
  | { readonly kind: 'custom'; readonly text: string }

const customPrefix = 'custom:'

/** The one spelling of a question in a form and in a row. */
export function questionKey(question: Question): string {
  return question.kind === 'predefined' ? question.id : `${customPrefix}${question.text}`
}

/** The question behind a key, whatever the organisation offers; null when there is none. */
export function questionOf(key: string): Question | null {
  if (key.startsWith(customPrefix)) return { kind: 'custom', text: key.slice(customPrefix.length) }
  const id = predefinedQuestions.find((known) => known === key)
  return id === undefined ? null : { kind: 'predefined', id }
}

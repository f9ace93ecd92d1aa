'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import {
  createNamedLocation,
  deleteNamedLocation,
  restoreNamedLocation,
  type SavedLocation,
  updateMfaTrustedIps,
  updateNamedLocation,
} from '@/lib/conditional-access/commands'
import { countryNamedLocationType, ipNamedLocationType } from '@/lib/conditional-access/model'
import { hasMessage, t } from '@/lib/i18n'
import { boundText, formAction, staleProof } from '@/lib/request/action'
import { type Failure, fail, ok } from '@/lib/result'
import { changedRanges, linesOf, troubleWith } from './read-ranges'

const door = { who: ['full'], right: 'namedLocation.update' } as const
const list = '/admin/named-locations'

const locationFieldsSchema = z.strictObject({
  version: z.string().max(16).default(''),
  displayName: z.string().max(1024).default(''),
  // Room for 2000 of the longest ranges.
  ranges: z.string().max(131_072).default(''),
  isTrusted: z.string().max(8).default(''),
  confirmation: z.string().max(1024).default(''),
  acknowledged: z.string().max(1024).default(''),
})
type LocationFields = z.output<typeof locationFieldsSchema>
const kept = ['displayName', 'ranges', 'isTrusted', 'confirmation'] as const

type Heard = { failure?: Failure; lines?: readonly string[] }

/** Creates the location. */
export async function createLocationAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'namedLocation.create',
    schema: locationFieldsSchema,
    keep: kept,
    run: async (visit, fields) => {
      const lines = listen(heard, fields)
      if (lines) return lines
      const made = await createNamedLocation(visit, { location: locationOf(fields), confirmation: fields.confirmation })
      if (made.ok) return ok({ go: pageOf(made.value, 'created') })
      heard.failure = made.failure
      return made
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Replaces the location `id`, under the version that the form showed. */
export async function updateLocationAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'namedLocation.update',
    schema: locationFieldsSchema,
    keep: kept,
    run: async (visit, fields) => {
      const lines = listen(heard, fields)
      if (lines) return lines
      const saved = await updateNamedLocation(visit, boundText(id), {
        location: locationOf(fields),
        version: versionOf(fields.version),
        confirmation: fields.confirmation,
      })
      if (saved.ok) return ok({ go: pageOf(saved.value, 'updated') })
      heard.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, heard)
}

const countriesFieldsSchema = z.strictObject({
  version: z.string().max(16).default(''),
  displayName: z.string().max(1024).default(''),
  countries: z.string().max(4096).default(''),
  includeUnknown: z.string().max(8).default(''),
  confirmation: z.string().max(1024).default(''),
  acknowledged: z.string().max(1024).default(''),
})
const keptOfCountries = ['displayName', 'countries', 'includeUnknown', 'confirmation'] as const

/** Creates a location of countries. */
export async function createCountriesAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'namedLocation.create',
    schema: countriesFieldsSchema,
    keep: keptOfCountries,
    run: async (visit, fields) => {
      const made = await createNamedLocation(visit, {
        location: countriesOf(fields),
        confirmation: fields.confirmation,
      })
      if (made.ok) return ok({ go: pageOf(made.value, 'created') })
      heard.failure = made.failure
      return made
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Replaces the location of countries `id`, under the version that the form showed. */
export async function updateCountriesAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'namedLocation.update',
    schema: countriesFieldsSchema,
    keep: keptOfCountries,
    run: async (visit, fields) => {
      const saved = await updateNamedLocation(visit, boundText(id), {
        location: countriesOf(fields),
        version: versionOf(fields.version),
        confirmation: fields.confirmation,
      })
      if (saved.ok) return ok({ go: pageOf(saved.value, 'updated') })
      heard.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, heard)
}

function countriesOf(fields: z.output<typeof countriesFieldsSchema>) {
  return {
    '@odata.type': countryNamedLocationType,
    displayName: fields.displayName,
    countriesAndRegions: fields.countries.split(/[\s,;]+/).filter((code) => code !== ''),
    includeUnknownCountriesAndRegions: fields.includeUnknown === 'on',
    countryLookupMethod: 'clientIpAddress',
  }
}

/** Deletes the location `id`, under the version that the page showed. */
export async function deleteLocationAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'namedLocation.delete',
    schema: z.strictObject({ version: z.string().max(16).default('') }),
    run: async (visit, { version }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}`)
      if (stale) return stale
      const gone = await deleteNamedLocation(visit, boundText(id), { version: versionOf(version) })
      if (gone.ok) return ok({ go: `${list}?saved=deleted` })
      heard.failure = gone.failure
      return gone
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Brings the deleted location `id` back, not trusted. */
export async function restoreLocationAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'namedLocation.restore',
    schema: z.strictObject({ version: z.string().max(16).default('') }),
    run: async (visit, { version }) => {
      const stale = staleProof(visit, `${list}/deleted`)
      if (stale) return stale
      const back = await restoreNamedLocation(visit, boundText(id), { version: versionOf(version) })
      return back.ok ? ok({ go: `${list}/${back.value.id}?saved=restored` }) : back
    },
  })(previous, data)
}

const trustedIpsSchema = z.strictObject({
  version: z.string().max(16).default(''),
  ranges: z.string().max(8192).default(''),
  acknowledged: z.string().max(1024).default(''),
})

/** Replaces the MFA trusted IPs. */
export async function updateMfaTrustedIpsAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'namedLocation.mfaTrustedIps',
    schema: trustedIpsSchema,
    keep: ['ranges'],
    run: async (visit, fields) => {
      const lines = listen(heard, fields)
      if (lines) return lines
      const ranges = linesOf(fields.ranges).map(({ text }) => text)
      const saved = await updateMfaTrustedIps(visit, { ranges, version: versionOf(fields.version) })
      if (saved.ok) return ok({ go: `${list}?saved=mfaTrusted` })
      heard.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** A refusal when a line cannot be read, so that all such lines are named at once and not the first alone. */
function listen(heard: Heard, fields: Pick<LocationFields, 'ranges'>) {
  heard.lines = troubleWith(linesOf(fields.ranges))
  return heard.lines.length > 0 ? fail('invalid', 'conditionalAccess.invalid_range', { field: 'ranges' }) : null
}

function locationOf(fields: LocationFields) {
  return {
    '@odata.type': ipNamedLocationType,
    displayName: fields.displayName,
    isTrusted: fields.isTrusted === 'on',
    ipRanges: linesOf(fields.ranges).map(({ text }) => ({ cidrAddress: text })),
  }
}

function pageOf({ location, notices }: SavedLocation, saved: 'created' | 'updated'): string {
  const told = changedRanges(notices).map((range) => `&typed=${encodeURIComponent(range)}`)
  return `${list}/${location.id}?saved=${saved}${told.join('')}`
}

/** The answer in the words that help: each bad line, why the name is asked for, which policies stand in the way. */
function explained(answer: FormAnswer, data: FormData, { failure, lines = [] }: Heard): FormAnswer {
  const version = data instanceof FormData ? data.get('version') : null
  const values: Record<string, string | readonly string[]> = {
    ...answer.values,
    // A page drawn again would carry the newest version and let this form overwrite what nobody here has seen.
    ...(typeof version === 'string' ? { shownVersion: version } : {}),
    ...(failure?.code === 'conditionalAccess.changed_meanwhile' ? { conflict: 'yes' } : {}),
  }
  if (!failure && lines.length > 0)
    return { ...answer, values, errors: lines.map((message) => ({ field: 'ranges', message })) }
  return {
    ...answer,
    values,
    errors: answer.errors.map((error) => {
      const { concern, expected, policies, count } = failure?.details ?? {}
      const key = `conditionalAccess.concern.${concern}`
      const say = t as (key: string, values: Record<string, string>) => string
      if (concern && hasMessage(key))
        return { field: 'confirmation', message: say(key, { expected: String(expected) }) }
      if (error.field === 'displayName') return { ...error, message: t('namedLocations.form.name.missing') }
      switch (failure?.code) {
        case 'conditionalAccess.changed_meanwhile':
          return { message: t('namedLocations.conflict.title') }
        case 'conditionalAccess.location_in_use':
          return { message: t('namedLocations.delete.inUse', { policies: String(policies), count: Number(count) }) }
        default:
          return { ...error, field: fieldOf(error.field) }
      }
    }),
  }
}

function fieldOf(member: string | undefined): string | undefined {
  if (member?.startsWith('ipRanges')) return 'ranges'
  return member?.startsWith('countriesAndRegions') ? 'countries' : member
}

function versionOf(text: string): number {
  // Text that is no number is no version anybody was shown: it never matches.
  return /^\d{1,9}$/.test(text) ? Number(text) : -1
}

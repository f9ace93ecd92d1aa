'use client'

import { useEffect, useRef } from 'react'
import type { ModelChoice } from '@/lib/fido-metadata/model'
import { useForm } from '../ui/action-form'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { Icon } from '../ui/icon'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'

/** A model that can be ticked; `isFound` tells a search result from one chosen before. */
export type PickedModel = ModelChoice & { readonly isFound: boolean }

/**
 * Models of authenticators to tick, by name and picture: those chosen, then what the search found. Sends `models[]` and
 * `modelSearch`; the search is a button of the form, as that for people and groups is.
 */
export function ModelPicker({
  choices,
  pictures,
  texts,
}: {
  /** What is shown before anything was sent. */
  choices: readonly PickedModel[]
  /** Pictures are at this address and the model's AAGUID. */
  pictures: string
  texts: {
    readonly label: string
    readonly search: string
    readonly searchHint: string
    readonly find: string
    readonly finding: string
    readonly chosen: string
    readonly noneChosen: string
    readonly models: string
    readonly found: string
    readonly noneFound: string
    readonly unknown: string
    readonly refused: string
  }
}) {
  const { answer } = useForm()
  const ticked = [answer.attempt > 0 ? (answer.values.models ?? []) : []].flat()
  const known = answered(answer.values.modelChoices) ?? choices
  const lost = ticked
    .filter((aaguid) => aaguid !== '' && !known.some((model) => model.aaguid === aaguid))
    .map((aaguid): PickedModel => ({ aaguid, name: '', hasPicture: false, isRefused: false, isFound: false }))
  const shown = [...lost, ...known].map((model) => ({ ...model, name: model.name || texts.unknown }))
  const search = [answer.values.modelSearch ?? ''].flat()[0] ?? ''
  const list = { pictures, refused: texts.refused }
  return (
    <FieldGroup name="modelPicker" label={texts.label}>
      <Models
        key={`chosen ${answer.attempt}`}
        {...list}
        heading={texts.chosen}
        empty={texts.noneChosen}
        models={shown.filter(({ isFound }) => !isFound)}
        isTicked
      />
      <div className="grid gap-x-3 gap-y-3 sm:flex sm:items-end">
        <div className="min-w-0 sm:flex-1">
          <TextField
            name="modelSearch"
            label={texts.search}
            hint={texts.searchHint}
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <SubmitButton name="intent" value="find-models" variant="secondary" pendingLabel={texts.finding}>
          <span className="inline-flex items-center gap-2">
            <Icon name="search" className="size-4.5" />
            {texts.find}
          </span>
        </SubmitButton>
      </div>
      <Models
        key={`found ${answer.attempt}`}
        {...list}
        heading={search === '' ? texts.models : texts.found.replace('{text}', search)}
        empty={texts.noneFound}
        models={shown.filter(({ isFound }) => isFound)}
        isTicked={false}
        takesFocus={answer.values.foundFor === 'find-models'}
      />
    </FieldGroup>
  )
}

function Models({
  heading,
  empty,
  refused,
  pictures,
  models,
  isTicked,
  takesFocus = false,
}: {
  heading: string
  empty: string
  refused: string
  pictures: string
  models: readonly PickedModel[]
  isTicked: boolean
  takesFocus?: boolean
}) {
  const headingId = isTicked ? 'models-chosen' : 'models-found'
  const title = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (takesFocus) title.current?.focus()
  }, [takesFocus])
  return (
    <fieldset aria-labelledby={headingId} className="grid min-w-0 gap-2">
      <p
        ref={title}
        id={headingId}
        tabIndex={-1}
        // biome-ignore lint/a11y/noAutofocus: the answer to a search is read out, also before scripts load.
        autoFocus={takesFocus}
        className="text-sm font-medium text-text-muted"
      >
        {heading}
      </p>
      {models.length === 0 ? (
        <p className="text-sm text-text-muted">{empty}</p>
      ) : (
        <ul className="grid max-h-96 gap-1 overflow-y-auto rounded-md border border-border bg-surface p-2">
          {models.map(({ aaguid, name, hasPicture, isRefused }) => (
            <li key={aaguid} className="flex gap-3 rounded-sm px-2 py-1.5 hover:bg-surface-sunken">
              <CheckboxField
                id={`model-${aaguid}`}
                name="models[]"
                value={aaguid}
                defaultChecked={isTicked}
                label={
                  <span className="inline-flex items-center gap-2">
                    {hasPicture ? (
                      // biome-ignore lint/performance/noImgElement: a small picture of our own, and next/image writes inline styles
                      <img
                        src={`${pictures}/${aaguid}`}
                        alt=""
                        width={24}
                        height={24}
                        className="size-6 object-contain"
                      />
                    ) : (
                      <Icon name="key" className="size-6 text-text-muted" />
                    )}
                    <bdi className="wrap-anywhere">{name}</bdi>
                  </span>
                }
                hint={
                  <span className="grid gap-0.5">
                    <span className="wrap-anywhere">{aaguid}</span>
                    {isRefused && <span className="text-warning">{refused}</span>}
                  </span>
                }
              />
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  )
}

/** The choices of the last answer. They came through the browser, so text that is no choice is left out. */
function answered(value: string | readonly string[] | undefined): readonly PickedModel[] | null {
  if (!Array.isArray(value)) return null
  return value.flatMap((text: string) => {
    try {
      return [JSON.parse(text) as PickedModel]
    } catch {
      return []
    }
  })
}

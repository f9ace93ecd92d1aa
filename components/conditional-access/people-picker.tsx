'use client'

import { useEffect, useRef } from 'react'
import { useForm } from '../ui/action-form'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { Icon } from '../ui/icon'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'

/** A person or a group that can be ticked; `isFound` tells a search result from one chosen before. */
export type PickerChoice = {
  readonly kind: 'user' | 'group'
  readonly id: string
  readonly name: string
  readonly detail: string
  readonly isFound: boolean
}

/**
 * People and groups to tick: those chosen, then what the search found. The search is a button of the form itself, so it
 * works before scripts load and loses nothing that was filled in; its answer comes back with the form's own.
 */
export function PeoplePicker({
  side,
  label,
  hint,
  choices,
  texts,
}: {
  side: 'include' | 'exclude'
  label: string
  hint?: string
  /** What is shown before anything was sent. */
  choices: readonly PickerChoice[]
  texts: {
    readonly search: string
    readonly searchHint: string
    readonly find: string
    readonly finding: string
    readonly chosen: string
    readonly noneChosen: string
    readonly groups: string
    readonly found: string
    readonly noneFound: string
    readonly unknown: string
    readonly pending: string
  }
}) {
  const { answer, idPrefix } = useForm()
  const users = `${side}Users`
  const groups = `${side}Groups`
  const ticked = (name: string) => [answer.attempt > 0 ? (answer.values[name] ?? []) : []].flat()
  const known = answered(answer.values[`${side}Choices`]) ?? choices
  const lost = (['user', 'group'] as const).flatMap((kind) =>
    ticked(kind === 'user' ? users : groups)
      .filter((id) => id !== '' && !known.some((choice) => choice.id === id))
      .map((id): PickerChoice => ({ kind, id, name: texts.unknown, detail: id, isFound: false })),
  )
  const shown = [...lost, ...known]
  const chosen = shown.filter(({ isFound }) => !isFound)
  const found = shown.filter(({ isFound }) => isFound)
  const search = [answer.values[`${side}Search`] ?? ''].flat()[0] ?? ''
  const isAnswer = answer.values.foundFor === `find-${side}`
  return (
    <FieldGroup name={`${side}People`} label={label} hint={hint}>
      <Choices
        key={`chosen ${answer.attempt}`}
        heading={texts.chosen}
        empty={texts.noneChosen}
        {...{ side, idPrefix }}
        choices={chosen}
        isTicked
      />
      <div className="grid gap-x-3 gap-y-3 sm:flex sm:items-end">
        <div className="min-w-0 sm:flex-1">
          <TextField
            name={`${side}Search`}
            label={texts.search}
            hint={texts.searchHint}
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <SubmitButton name="intent" value={`find-${side}`} variant="secondary" pendingLabel={texts.finding}>
          <span className="inline-flex items-center gap-2">
            <Icon name="search" className="size-4.5" />
            {texts.find}
          </span>
        </SubmitButton>
      </div>
      <Choices
        key={`found ${answer.attempt}`}
        heading={search === '' ? texts.groups : texts.found.replace('{text}', search)}
        empty={texts.noneFound}
        {...{ side, idPrefix }}
        choices={found}
        isTicked={false}
        takesFocus={isAnswer}
      />
    </FieldGroup>
  )
}

function Choices({
  heading,
  empty,
  side,
  idPrefix,
  choices,
  isTicked,
  takesFocus = false,
}: {
  heading: string
  empty: string
  side: 'include' | 'exclude'
  idPrefix: string
  choices: readonly PickerChoice[]
  isTicked: boolean
  takesFocus?: boolean
}) {
  const headingId = `${idPrefix}${side}-${isTicked ? 'chosen' : 'found'}`
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
      {choices.length === 0 ? (
        <p className="text-sm text-text-muted">{empty}</p>
      ) : (
        <ul className="grid max-h-80 gap-1 overflow-y-auto rounded-md border border-border bg-surface p-2">
          {choices.map(({ kind, id, name, detail }) => (
            <li key={id} className="flex gap-3 rounded-sm px-2 py-1.5 hover:bg-surface-sunken">
              <CheckboxField
                id={`${idPrefix}${side}-${id}`}
                name={`${side}${kind === 'user' ? 'Users' : 'Groups'}[]`}
                value={id}
                defaultChecked={isTicked}
                label={
                  <span className="inline-flex items-center gap-2">
                    <Icon name={kind === 'user' ? 'user' : 'people'} className="size-4.5 text-text-muted" />
                    <bdi>{name}</bdi>
                  </span>
                }
                hint={detail ? <bdi className="wrap-anywhere">{detail}</bdi> : undefined}
              />
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  )
}

/** The choices of the last answer. They came through the browser, so text that is no choice is left out. */
function answered(value: string | readonly string[] | undefined): readonly PickerChoice[] | null {
  if (!Array.isArray(value)) return null
  return value.flatMap((text: string) => {
    try {
      return [JSON.parse(text) as PickerChoice]
    } catch {
      return []
    }
  })
}

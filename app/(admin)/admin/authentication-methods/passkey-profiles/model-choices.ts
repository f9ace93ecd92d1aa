import 'server-only'
import type { PickedModel } from '@/components/admin/model-picker'
import { namedModels, searchModels } from '@/lib/fido-metadata/store'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'

/** The chosen models first, also those the imported list does not know, then what the search found. */
export async function modelChoices(aaguids: readonly string[], search: string, at: Date): Promise<PickedModel[]> {
  const isAaguid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
  const wanted = aaguids.filter((aaguid) => isAaguid.test(aaguid))
  const known = await namedModels(db(), wanted, at)
  const found = await searchModels(db(), search, limits.page.sizeDefault, at)
  const nameless = { name: '', hasPicture: false, isRefused: false }
  return [
    ...wanted.map((aaguid) => ({
      ...(known.find((model) => model.aaguid === aaguid) ?? { aaguid, ...nameless }),
      isFound: false,
    })),
    ...found.filter(({ aaguid }) => !aaguids.includes(aaguid)).map((model) => ({ ...model, isFound: true })),
  ]
}

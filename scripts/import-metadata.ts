// npm run import-metadata -- <file or https address>: takes over the FIDO Alliance's list of authenticator models.
// Exit code 0 when it was taken over or is the one that is here, 1 when it was refused, 2 when it could not be read.
import { readFile, stat } from 'node:fs/promises'
import { importMetadata, importMetadataFrom } from '@/lib/fido-metadata/commands'
import type { MetadataRefusal } from '@/lib/fido-metadata/model'
import { limits } from '@/lib/limits'
import { disconnect } from '@/lib/platform/db'

const sentences: Record<MetadataRefusal, string> = {
  malformed: 'it is not a metadata BLOB',
  signature: 'its signature is not that of its certificate',
  untrusted: 'its certificate does not lead to the pinned root, or is not valid now',
  signer: 'its certificate is not that of the FIDO Alliance',
  rollback: 'its number is lower than that of the list that is here',
  stale: 'its successor has been due for more than 30 days',
}

async function run(source: string | undefined): Promise<number> {
  if (!source) {
    console.error('usage: npm run import-metadata -- <file or https address>')
    return 2
  }
  const result = /^https?:\/\//.test(source)
    ? await importMetadataFrom(source)
    : await importMetadata(...(await open(source)))
  if (!result.ok) {
    console.error(`import-metadata: ${source} was refused: ${sentences[result.reason]}`)
    return 1
  }
  const { number, models, nextUpdateAt } = result
  const what = result.outcome === 'imported' ? 'imported' : 'was here already'
  console.log(`list ${number} ${what}: ${models} models, next list due ${nextUpdateAt.toISOString().slice(0, 10)}`)
  return 0
}

async function open(file: string): Promise<[text: string, source: string]> {
  const { size } = await stat(file)
  if (size > limits.fidoMetadata.bytesMax)
    throw new Error(`the file is longer than ${limits.fidoMetadata.bytesMax} bytes`)
  return [await readFile(file, 'utf8'), file]
}

run(process.argv[2])
  .then(async (code) => {
    await disconnect()
    process.exit(code)
  })
  .catch((error: unknown) => {
    console.error(`import-metadata: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(2)
  })

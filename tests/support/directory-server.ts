import { connect } from 'node:net'
import { type CertificateSettings, der, type Issued, issue, pemOf } from './certificate-authority'

/** What the directories of tests share: certificates for their names, free ports, waiting until they answer. */

/** A certificate of the authority for these host names and addresses, with its key. */
export function certificateFor(authority: Issued, names: readonly string[], settings: CertificateSettings = {}) {
  const alternatives = names.map((name) =>
    /^[0-9.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  )
  const subjectAlternativeName = ['2.5.29.17', false, der(0x30, ...alternatives)] as const
  const issued = issue(
    { subject: { '2.5.4.3': names[0] ?? 'nobody' }, extensions: [subjectAlternativeName], ...settings },
    authority,
  )
  return {
    certificatePem: pemOf(issued),
    keyPem: issued.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** Waits until something listens there; throws what the program said when nothing does in time. */
export async function until(name: string, port: number, said: () => string, host = '127.0.0.1'): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await listens(host, port))) {
    if (performance.now() > end) throw new Error(`${name} did not start in time: ${said().slice(-2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

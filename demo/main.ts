// The demo post office as a program of its own; `npm start` runs it beside the embedded demonstration.
// Tells its parent its addresses and ends with its parent.
import type { DemoAuthenticator } from './authenticator'
import { startPostOffice } from './post-office'

const authenticators: DemoAuthenticator[] = JSON.parse(process.env.DEMO_AUTHENTICATORS ?? '[]')
const office = await startPostOffice({ inbox: Number(process.env.INBOX_PORT ?? 0) }, authenticators)
const { smtpUrl, smsGatewayUrl, inboxUrl, twilio } = office
process.send?.({ smtpUrl, smsGatewayUrl, inboxUrl, twilio })
process.once('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
process.once('SIGTERM', () => void office.stop().then(() => process.exit(0)))

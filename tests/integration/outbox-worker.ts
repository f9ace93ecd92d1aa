// A process that sends the outbox until it is killed; tests/integration/outbox.test.ts starts it with its own settings.
import { startOutboxSender } from '@/lib/jobs/outbox-sender'

startOutboxSender()
setInterval(() => undefined, 1000)
process.stdout.write('started\n')

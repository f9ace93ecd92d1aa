// Writes docs/ways-in.md: every way in which something outside can touch an authentication method, and its gate.
import { writeFileSync } from 'node:fs'
import { pagePath, readWaysIn } from './ways-in/read'

const { page, findings } = readWaysIn()
writeFileSync(pagePath, page)
for (const finding of findings) console.error(finding)
console.log(`docs/ways-in.md is up to date${findings.length > 0 ? `, ${findings.length} findings` : ''}`)
process.exitCode = findings.length > 0 ? 1 : 0

import { describe, expect, it } from 'vitest'
import { aPolicy } from '@/tests/support/builders'
import { groups, people } from '@/tests/support/decision-table'
import { policyBody } from './body'
import { compile } from './compile'
import { emergencyGroups } from './emergency-groups'
import { readPolicy } from './read-policy'
import { templates } from './template-catalogue'
import { policyFromTemplate } from './templates'

describe('the templates', () => {
  it('are the documented ones, each once', () => {
    expect(templates).toHaveLength(13)
    for (const member of ['id', 'name'] as const) expect(new Set(templates.map((each) => each[member])).size).toBe(13)
    expect(templates[0]?.scenarios).toEqual(['secureFoundation', 'zeroTrust', 'remoteWork'])
  })

  it('can be saved as they are, in report-only, without their author and without the emergency group', () => {
    const author = people.adm.subject.id
    for (const template of templates) {
      const document = policyFromTemplate(template, author, [groups.breakGlass])
      expect(document.state).toBe('enabledForReportingButNotEnforced')
      expect(document.conditions.users.excludeUsers).toEqual([author])
      expect(document.conditions.users.excludeGroups).toEqual([groups.breakGlass])
      expect(document.conditions.users.excludeRoles).toEqual([])
      expect(readPolicy(policyBody(document))).toEqual({ ok: true, value: document })
    }
  })
})

describe('the emergency group', () => {
  const administrators = [people.adm.subject, people.bg.subject]
  const stored = (policy: ReturnType<typeof aPolicy>) => ({ ...policy, document: policyBody(policy) })
  const known = (...policies: ReturnType<typeof aPolicy>[]) =>
    emergencyGroups(compile(policies.map(stored), [], [], []), administrators)

  it('is one that a policy that is on leaves out and an emergency account is in', () => {
    const leavesOut = (id: string, more: Parameters<typeof aPolicy>[0] = {}) =>
      aPolicy({ ...more, users: { excludeGroups: [id] } })
    expect(known(leavesOut(groups.breakGlass))).toEqual([groups.breakGlass])
    expect(known(leavesOut(groups.staff))).toEqual([])
    expect(known(leavesOut(groups.breakGlass, { state: 'disabled' }))).toEqual([])
    expect(known(leavesOut(groups.breakGlass), aPolicy({ id: 'another' }))).toEqual([])
    expect(known()).toEqual([])
  })
})

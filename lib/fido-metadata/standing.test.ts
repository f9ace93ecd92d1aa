import { describe, expect, test } from 'vitest'
import type { VerifiedAttestation } from '@/lib/authentication-methods/kinds/attestation'
import { readCertificate } from '@/lib/authentication-methods/kinds/certificate'
import { issue } from '@/tests/support/certificate-authority'
import { freshnessOf, isModelRefused, type KnownModel, trustOf } from './standing'

const now = new Date('2026-11-01T12:00:00Z')

describe('status reports', () => {
  test.each([
    ['REVOKED', true],
    ['USER_VERIFICATION_BYPASS', true],
    ['ATTESTATION_KEY_COMPROMISE', true],
    ['USER_KEY_REMOTE_COMPROMISE', true],
    ['USER_KEY_PHYSICAL_COMPROMISE', true],
    ['NOT_FIDO_CERTIFIED', false],
    ['FIDO_CERTIFIED_L2', false],
    ['UPDATE_AVAILABLE', false],
    ['SELF_ASSERTION_SUBMITTED', false],
  ])('%s refuses the model: %s', (status, expected) => {
    expect(isModelRefused([{ status }], now)).toBe(expected)
    expect(isModelRefused([{ status }, { status: 'UPDATE_AVAILABLE' }], now)).toBe(expected)
    expect(isModelRefused([{ status, effectiveDate: '2026-11-01' }], now)).toBe(expected)
    expect(isModelRefused([{ status, effectiveDate: '2026-11-02' }], now)).toBe(false)
  })
})

test.each([
  ['2026-11-02', 'current'],
  ['2026-10-31', 'due'],
  ['2026-10-03', 'due'],
  ['2026-10-02', 'stale'],
])('a list due on %s is %s', (day, expected) => {
  expect(freshnessOf(new Date(`${day}T00:00:00Z`), now)).toBe(expected)
})

describe('trust in an attestation', () => {
  const root = issue({ isAuthority: true })
  const chain = [readCertificate(issue({}, root).der)]
  const attestation: VerifiedAttestation = { format: 'packed', type: 'basic', chain }
  const model: KnownModel = {
    anchors: [readCertificate(root.der)],
    statusReports: [{ status: 'FIDO_CERTIFIED_L1' }],
    nextUpdateAt: new Date('2026-12-01T00:00:00Z'),
  }
  const other = [readCertificate(issue({ isAuthority: true }).der)]

  test.each<[string, Partial<VerifiedAttestation>, Partial<KnownModel> | null, string]>([
    ['a chain to the model’s root', {}, {}, 'trusted'],
    ['a chain to another root', {}, { anchors: other }, 'untrusted'],
    ['a model without roots', {}, { anchors: [] }, 'untrusted'],
    ['a model that is not on the list', {}, null, 'unknown_model'],
    ['a revoked model', {}, { statusReports: [{ status: 'REVOKED' }] }, 'model_refused'],
    ['a list that is due', {}, { nextUpdateAt: new Date('2026-10-31T00:00:00Z') }, 'trusted'],
    ['a stale list', {}, { nextUpdateAt: new Date('2026-09-01T00:00:00Z') }, 'metadata_stale'],
    ['no statement', { format: 'none', type: 'none', chain: [] }, {}, 'unattested'],
    ['self attestation', { type: 'self', chain: [] }, {}, 'unattested'],
    ['U2F, which signs no AAGUID', { format: 'fido-u2f' }, {}, 'unattested'],
    ['Apple’s anonymous certificate', { format: 'apple', type: 'anonCA' }, {}, 'trusted'],
    ['a TPM', { format: 'tpm', type: 'attCA' }, {}, 'trusted'],
  ])('%s', (_, given, known, expected) => {
    expect(trustOf({ ...attestation, ...given }, known && { ...model, ...known }, now)).toBe(expected)
  })
})

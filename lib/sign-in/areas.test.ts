import { expect, it } from 'vitest'
import { leadsToAdminArea } from './areas'

it.each(['/admin', '/admin/', '/admin?view=all', '/admin/users?name=a'])('%s leads to the admin area', (path) => {
  expect(leadsToAdminArea(path)).toBe(true)
})

it.each([null, '/', '/administration', '/security-info?from=/admin', '/Admin'])('%s does not', (path) => {
  expect(leadsToAdminArea(path)).toBe(false)
})

/**
 * Where password managers send people to change a password. They first ask for a path that cannot exist and expect 404,
 * which every unknown path answers.
 *
 * @see https://www.w3.org/TR/change-password-url/
 */
export function GET(): Response {
  // Relative, so that it leads to the host that was asked, whatever stands in front of it.
  return new Response(null, { status: 302, headers: { location: '/security-info/password' } })
}

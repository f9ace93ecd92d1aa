import { TextLink } from '@/components/ui/button'
import { usedBy } from '@/lib/conditional-access/references'
import { listPolicies } from '@/lib/conditional-access/store'
import { db } from '@/lib/platform/db'

type Policy = { readonly id: string; readonly displayName: string }

/** For a strength's id, the policies that ask for it. */
export async function strengthUsers(): Promise<(id: string) => readonly Policy[]> {
  const policies = (await listPolicies(db())).map((policy) => ({ ...policy, document: policy.body }))
  return (id) => usedBy(policies, id)
}

export function PolicyLinks({ policies, none }: { policies: readonly Policy[]; none: string }) {
  if (policies.length === 0) return <span className="text-sm text-text-muted">{none}</span>
  return (
    <ul className="grid gap-1">
      {policies.map(({ id, displayName }) => (
        <li key={id}>
          <TextLink href={`/admin/conditional-access/${id}`}>
            <bdi className="wrap-anywhere">{displayName}</bdi>
          </TextLink>
        </li>
      ))}
    </ul>
  )
}

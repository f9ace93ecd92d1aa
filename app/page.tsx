import { redirect } from 'next/navigation'

/** The front door leads to the one page that everybody has. */
export default function Home() {
  redirect('/security-info')
}

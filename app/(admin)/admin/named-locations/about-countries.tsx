import { Notice } from '@/components/ui/notice'
import { aboutCountries } from './your-address'

/** By what countries are told, or that nothing tells them. */
export function AboutCountries() {
  const { isKnown, text } = aboutCountries()
  return (
    <Notice tone={isKnown ? 'info' : 'warning'} live={false}>
      {text}
    </Notice>
  )
}

import { classes } from './classes'

/** Line icons on a 24 grid; each path is drawn with the text's colour. */
const paths = {
  alert: 'M12 8v5M12 16.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  'arrow-left': 'M19 12H5m6-6-6 6 6 6',
  'arrow-right': 'M5 12h14m-6-6 6 6-6 6',
  call: 'M5.5 4h3.2l1.6 4-2 1.4a12 12 0 0 0 6.3 6.3l1.4-2 4 1.6v3.2a1.5 1.5 0 0 1-1.5 1.5A15.5 15.5 0 0 1 4 5.5 1.5 1.5 0 0 1 5.5 4Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  'check-circle': 'm8.5 12.2 2.5 2.6 4.7-5.3M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  'chevron-down': 'm6 9 6 6 6-6',
  'chevron-right': 'm9 6 6 6-6 6',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  edit: 'm4 20 1-4L16 5l3 3L8 19l-4 1Z',
  info: 'M12 11v5.5M12 7.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  key: 'M14.5 9.5a4 4 0 1 0-3.2 3.9l1.4 1.4h2v2h2v2h3.3v-3l-5.7-5.2c.1-.4.2-.7.2-1.1ZM9.5 8.5v.01',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01',
  location: 'M12 21s7-6 7-11.5a7 7 0 1 0-14 0C5 15 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 15v2',
  mail: 'M4 6h16v12H4zM4.5 7l7.5 6 7.5-6',
  menu: 'M4 7h16M4 12h16M4 17h16',
  passkey:
    'M9.5 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.5 2.8-6 6.5-6 1 0 1.9.2 2.7.5M17.5 14.5V21l1.5-1.5M17.5 18l1.5 1M17.5 14.5a2.8 2.8 0 1 0 0-5.5 2.8 2.8 0 0 0 0 5.5Z',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M15.5 4.3a3.5 3.5 0 0 1 0 6.4M18 14.6c2.1.8 3.5 2.8 3.5 5.4',
  phone: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 17.8h2',
  plus: 'M12 5v14M5 12h14',
  question: 'M9.3 9.4a2.8 2.8 0 1 1 4 2.5c-.8.4-1.3 1-1.3 1.9v.4M12 17v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  refresh: 'M20 11a8 8 0 0 0-14.3-4L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14.3 4l1.7-1.5M20 20v-4.5h-4.5',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20',
  shield: 'M12 3 5 6v5.5c0 4.3 2.9 7.8 7 9.5 4.1-1.7 7-5.2 7-9.5V6l-7-3Zm-3 9 2.2 2.2L15.2 10',
  star: 'm12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9 12 4Z',
  ticket: 'M4 7h16v3.5a1.5 1.5 0 0 0 0 3V17H4v-3.5a1.5 1.5 0 0 0 0-3V7ZM14 7.5v9',
  timer: 'M12 9.5V14l2.5 1.5M9.5 3h5M12 6a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z',
  token: 'M8 4h8a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3ZM8 8h8v4H8zM12 16v.01',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7M10.3 10.5v6M13.7 10.5v6',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 21c0-4 3.4-6.5 7.5-6.5s7.5 2.5 7.5 6.5',
  warning: 'M12 9.5v4M12 16.8v.01M12 4 2.8 20h18.4L12 4Z',
} as const

export type IconName = keyof typeof paths

/** A small drawing beside words. It says nothing of its own, so assistive technology does not hear of it. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      className={classes('shrink-0', className ?? 'size-5')}
    >
      <path d={paths[name]} />
    </svg>
  )
}

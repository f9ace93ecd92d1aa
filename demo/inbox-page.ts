import { codeAt, type DemoAuthenticator } from './authenticator'
import type { Message } from './post-office'

/** The inbox as one page without a framework; reloads itself by script, or by `meta` where there is none. */
export function inboxPage(messages: readonly Message[], authenticators: readonly DemoAuthenticator[]): string {
  const items = [...messages].reverse().map(messageItem).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Demo inbox (${messages.length})</title>
<noscript><meta http-equiv="refresh" content="3"></noscript>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>Demo inbox</h1>
<p><strong>For the demonstration only.</strong> Every email, text message and call that Twofold sends here arrives on this page. Nothing leaves this machine, and an installation for real people has no such page.</p>
</header>
<main id="messages" aria-live="polite" aria-label="Messages, newest first">
${items || '<p class="empty">No messages yet. Ask for a code, and it shows up here.</p>'}
</main>
<aside id="authenticators" aria-label="Authenticator apps of the demo people">
${authenticators.length === 0 ? '' : authenticatorList(authenticators)}
</aside>
<script>${script}</script>
</body>
</html>`
}

/** In place of the phones that the people of the demonstration would have in their hands. */
function authenticatorList(authenticators: readonly DemoAuthenticator[]): string {
  const at = new Date()
  const rows = authenticators.map(
    ({ owner, secret }) => `<li><span>${escapeHtml(owner)}</span> <code>${codeAt(secret, at)}</code></li>`,
  )
  return `<h2>Their authenticator apps, now</h2>
<ul>
${rows.join('\n')}
</ul>`
}

function messageItem(message: Message): string {
  const time = message.receivedAt.toISOString()
  return `<article>
<p class="line"><span class="kind">${kinds[message.kind]}</span> to <b>${escapeHtml(message.to)}</b>${message.call?.sendDigits ? ` then ${escapeHtml(message.call.sendDigits.replaceAll('w', ''))}` : ''} <time datetime="${time}">${time.slice(11, 19)} UTC</time></p>
${message.subject ? `<h2>${escapeHtml(message.subject)}</h2>` : ''}
${message.code ? `<p class="code">${message.code}</p>` : ''}
<pre>${escapeHtml(message.text)}</pre>
${message.call?.keyUrl ? keys(message.id) : ''}
</article>`
}

const kinds = { sms: 'Text message', email: 'Email', call: 'Call' } as const

/** In place of the keys of a telephone that rings. */
function keys(id: number): string {
  const key = (value: string | null, label: string) =>
    `<form method="post" action="/calls?id=${id}${value === null ? '' : `&amp;key=${encodeURIComponent(value)}`}"><button>${label}</button></form>`
  return `<div class="keys">${key('#', 'Press #')}${key('5', 'Press another key')}${key(null, 'Hang up')}</div>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const style = `
:root { color-scheme: light dark; --ink: light-dark(#17202e, #e8ecf3); --soft: light-dark(#566076, #a3adbf);
  --page: light-dark(#f4f6fa, #10141b); --card: light-dark(#fff, #1a202a); --line: light-dark(#dde2ea, #2c3542); --accent: light-dark(#1d4ed8, #93b4ff); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 44rem; padding: 2rem 1rem 4rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
header p { color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 1rem 0; overflow-wrap: anywhere; }
article:first-child { border-color: var(--accent); }
.line { margin: 0; color: var(--soft); font-size: .9rem; display: flex; flex-wrap: wrap; gap: .35rem; }
.line b { color: var(--ink); font-weight: 600; } .kind { color: var(--accent); font-weight: 600; } time { margin-left: auto; }
h2 { font-size: 1.05rem; margin: .5rem 0 0; }
.code { font: 600 2.25rem/1.2 ui-monospace, monospace; letter-spacing: .15em; margin: .5rem 0; user-select: all; }
.keys { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; } .keys button { font: inherit; padding: .35rem .9rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--page); color: var(--ink); cursor: pointer; }
pre { white-space: pre-wrap; font: inherit; margin: .5rem 0 0; }
ul { list-style: none; padding: 0; columns: 18rem; } li { display: flex; justify-content: space-between; gap: 1rem; padding: .25rem 0; break-inside: avoid; }
code { font: 600 1.1rem ui-monospace, monospace; letter-spacing: .1em; user-select: all; } aside { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1rem; }
.empty { color: var(--soft); padding: 2rem 0; text-align: center; }`

const script = `
let last = '';
setInterval(async () => {
  try {
    const text = await (await fetch('/')).text();
    if (text === last) return;
    last = text;
    const page = new DOMParser().parseFromString(text, 'text/html');
    document.title = page.title;
    for (const id of ['messages', 'authenticators']) {
      const fresh = page.getElementById(id), shown = document.getElementById(id);
      if (fresh.innerHTML !== shown.innerHTML) shown.innerHTML = fresh.innerHTML;
    }
  } catch { document.title = 'Demo inbox (stopped)'; }
}, 1500);`

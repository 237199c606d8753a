// The identity provider's own pages. Nothing in them comes from another origin, and nothing needs a script.
const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 22rem; margin: 12vh auto; padding: 0 1rem }
label, input, button { display: block; font: inherit }
label { margin-top: 1rem }
input { box-sizing: border-box; width: 100%; padding: .5rem }
button { margin-top: 1.25rem; padding: .5rem 1rem; min-height: 2.75rem }
[role=alert] { font-weight: 600 }`

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>` +
  `<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">` +
  `<style>${STYLE}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  // No `form-action`: browsers hold the redirect back to the app against it.
  'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'`,
}

/** @param problem what was wrong with the last try */
export const loginPage = (problem?: string): string =>
  page(
    'Demo identity provider',
    `<p>Log in as <b>alice</b> or <b>bob</b>. The password is the name.</p>` +
      (problem === undefined ? '' : `<p role="alert">${escape(problem)}</p>`) +
      `<form method="post">` +
      `<label for="name">Name</label><input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>` +
      `<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>` +
      `<button>Log in</button></form>` +
      `<form method="post"><button name="cancel" value="yes">Cancel</button></form>`,
  )

/** @param form oidc-provider's own, which the button belongs to */
export const logoutPage = (form: string): string =>
  page(
    'Log out here, too?',
    `<p>The app has logged you out. This identity provider still knows you.</p>${form}` +
      `<button form="op.logoutForm" name="logout" value="yes">Log out</button>` +
      `<button form="op.logoutForm">Stay logged in here</button>`,
  )

export const errorPage = (error: string, description = ''): string =>
  page(
    'This did not work',
    `<p role="alert">${escape(error)}${description && `: ${escape(description)}`}</p>`,
  )

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (status: number, title: string, body: string, script = ''): Response =>
  new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${title}</title><body>${body}${script && `<script>${script}</script>`}</body></html>`,
    {
      status,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
        'X-Frame-Options': 'DENY',
        'Content-Security-Policy': `default-src 'none'; frame-ancestors 'none'${script && `; script-src 'unsafe-inline'`}`,
      },
    },
  )

/**
 * What a person sees where a login cannot go on: abandoned, repeated, forged, expired or refused.
 * @param reason for the person; it may come from outside
 */
export const loginFailedPage = (reason: string, loginPath: string): Response =>
  page(
    400,
    'Login failed',
    `<h1>Login failed</h1><p>${escape(reason)}</p><p><a href="${escape(loginPath)}">Log in again</a></p>`,
  )

/** The end of a login in a window of its own: the page that opened it has been told by the worker. */
export const popupDonePage = (): Response =>
  page(200, 'Logged in', '<p>You may close this window.</p>', 'close()')

/** Sends the browser on; the address with the code never becomes an entry of its history. */
export const redirect = (target: string): Response =>
  new Response(null, { status: 303, headers: { Location: target, 'Cache-Control': 'no-store' } })

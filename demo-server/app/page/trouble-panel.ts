// Things that go wrong in real life, on buttons. They act on the demo server and so on every tab.
import { byId, onClick } from './dom.ts'
import { control } from './server-stats.ts'
import { say } from './status.ts'

const USUAL_TTL = 30
const SHORT_TTL = 5
const FLAVOURS = ['main', 'classic']

export function createTroublePanel(look: () => void): void {
  const done = (ok: boolean, text: string): void => {
    say(ok ? text : 'The demo server did not take the command')
    look()
  }
  onClick('expire-now', async () => {
    done(await control('revoke'), 'The server now refuses every access token issued so far')
  })
  onClick('end-session', async () => {
    done(await control('revoke', { refresh: true }), 'The server has ended every session')
  })

  const short = byId('short-tokens', HTMLInputElement)
  const broken = byId('break-refresh', HTMLInputElement)
  persistent(short, 'demo.short-tokens', async (on) => {
    const usual = Number(localStorage.getItem('demo.usual-ttl') ?? USUAL_TTL)
    const seconds = on ? SHORT_TTL : usual
    done(await control('ttl', { seconds }), `Tokens issued from now on live ${seconds} s`)
  })
  persistent(broken, 'demo.break-refresh', async (on) => {
    const fault = on ? { status: 503, body: 'out of order', contentType: 'text/plain' } : { clear: true }
    const text = on ? 'The token endpoint now answers 503' : 'The token endpoint works again'
    const results = await Promise.all(
      FLAVOURS.map((flavour) => control('faults', { target: 'refresh', flavour, ...fault })),
    )
    done(results.every(Boolean), text)
  })

  onClick('reset', async () => {
    const ok = await control('reset')
    broken.checked = false
    localStorage.removeItem('demo.break-refresh')
    done(ok, 'The counters start anew')
  })
}

/** A switch that all tabs show alike; the server cannot be asked how it stands. */
function persistent(input: HTMLInputElement, key: string, change: (on: boolean) => Promise<void>): void {
  const read = (): void => {
    input.checked = localStorage.getItem(key) === 'on'
  }
  read()
  window.addEventListener('storage', read)
  input.addEventListener('change', () => {
    if (input.checked) localStorage.setItem(key, 'on')
    else localStorage.removeItem(key)
    void change(input.checked)
  })
}

// What a person must notice, above everything else.
import { byId, make } from './dom.ts'

export interface Banners {
  show(name: string, banner: Banner): void
  hide(name: string): void
}
export interface Banner {
  tone: 'warn' | 'bad'
  title: string
  text: string
  action?: { label: string; run: () => void }
}

export function createBanners(): Banners {
  const place = byId('banners', HTMLElement)
  const shown = new Map<string, HTMLElement>()
  const hide = (name: string): void => {
    shown.get(name)?.remove()
    shown.delete(name)
  }
  return {
    hide,
    show(name, { tone, title, text, action }) {
      hide(name)
      const close = make('button', { type: 'button', class: 'quiet' }, 'Dismiss')
      close.addEventListener('click', () => hide(name))
      const buttons = make('div', { class: 'buttons' })
      if (action !== undefined) {
        const button = make('button', { type: 'button', 'data-testid': `${name}-action` }, action.label)
        button.addEventListener('click', action.run)
        buttons.append(button)
      }
      buttons.append(close)
      const banner = make(
        'div',
        { class: `banner banner-${tone}`, 'data-testid': name },
        make('div', {}, make('strong', {}, title), make('p', {}, text)),
        buttons,
      )
      shown.set(name, banner)
      place.append(banner)
    },
  }
}

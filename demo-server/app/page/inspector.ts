// The library's own panel, for one of the three brokers: the one that was last used, or that somebody chooses.
import 'sw-token-broker/inspector'
import type { TokenBrokerClient } from 'sw-token-broker/client'

export type BrokerName = 'default' | 'classic' | 'oauth'

export interface Inspected {
  add(name: BrokerName, broker: TokenBrokerClient): void
  show(name: BrokerName): void
}

export function createInspected(): Inspected {
  const panel = document.querySelector('token-broker-inspector')
  const brokers = new Map<string, TokenBrokerClient>()
  const choices = [...document.querySelectorAll<HTMLInputElement>('input[name=inspected]')]
  const draw = (): void => {
    const broker = brokers.get(choices.find(({ checked }) => checked)?.value ?? '')
    if (panel && broker && panel.broker !== broker) panel.broker = broker
  }
  for (const choice of choices) choice.addEventListener('change', draw)
  return {
    add(name, broker) {
      brokers.set(name, broker)
      draw()
    },
    show(name) {
      for (const choice of choices) choice.checked = choice.value === name
      draw()
    },
  }
}

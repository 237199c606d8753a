import { present } from './guards.ts'
import {
  MESSAGE_SOURCE,
  PROTOCOL_VERSION,
  type Announcement,
  type BrokerMessage,
  type Envelope,
} from './messages.ts'

/** What every message of the broker `name` has. */
export const envelope = (name: string): Envelope => ({ v: PROTOCOL_VERSION, source: MESSAGE_SOURCE, name })

/** An announcement as it is posted to the pages of the broker `name`. */
export const brokerMessage = (name: string, announcement: Announcement): BrokerMessage =>
  present({ ...envelope(name), ...announcement })

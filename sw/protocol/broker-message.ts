import { present } from './guards.ts'
import { MESSAGE_SOURCE, PROTOCOL_VERSION, type Announcement, type BrokerMessage } from './messages.ts'

/** An announcement as it is posted to the pages of the broker `name`. */
export const brokerMessage = (name: string, announcement: Announcement): BrokerMessage =>
  present({ v: PROTOCOL_VERSION, source: MESSAGE_SOURCE, name, ...announcement })

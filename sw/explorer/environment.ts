import { installGlobals } from './light-fetch.ts'
import { globalFetch } from './network.ts'
import { ChannelModel } from './worker.ts'

/** Puts the model's world in the place of the globals that the flows name. @returns what takes it out again */
export function installWorld(): () => void {
  let ids = 0
  return installGlobals({
    fetch: globalFetch,
    BroadcastChannel: ChannelModel,
    getRandomValues(bytes) {
      bytes.fill(0)
      new DataView(bytes.buffer).setUint32(bytes.length - 4, ++ids)
      return bytes
    },
  })
}

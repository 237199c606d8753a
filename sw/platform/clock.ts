import type { Clock } from './ports.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async within(ms, promise) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const limit = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), ms)
    })
    try {
      return await Promise.race([promise, limit])
    } finally {
      clearTimeout(timer)
    }
  },
}

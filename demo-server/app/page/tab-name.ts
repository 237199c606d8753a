const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The first letter that no open tab has. A Web Lock holds it, so that it is free again when the tab closes. */
export async function claimTabName(): Promise<string> {
  for (const letter of LETTERS) {
    if (await claim(`demo-tab-${letter}`)) return letter
  }
  return '?'
}

function claim(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      return lock === null ? undefined : new Promise<never>(() => undefined)
    })
  })
}

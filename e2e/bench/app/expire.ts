const NAME = 'sw-token-broker:default'

/** Makes the access token that the broker keeps look as if it had expired a while ago, as a machine's sleep does. */
export async function expire(): Promise<void> {
  const database = await done(indexedDB.open(NAME))
  const objects = database.transaction('broker', 'readwrite').objectStore('broker')
  const record: { session: { tokens: Record<string, number> } } = await done(objects.get('session'))
  const { tokens } = record.session
  for (const member of ['receivedAt', 'expiresAt', 'refreshAt'])
    tokens[member] = (tokens[member] ?? 0) - 86_400_000
  await done(objects.put(record, 'session'))
  database.close()
  // As another worker of the broker tells of what it has written.
  new BroadcastChannel(NAME).postMessage(null)
}

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(new Error(request.error?.message))
  })

import { del, get, set } from 'idb-keyval'
import type { Database } from './database.ts'

/** Small records beside the session: what lies there is parsed by whoever asks for it. */
export interface RecordStore {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

export const recordStore = ({ use }: Database): RecordStore => ({
  get: (key) => get<unknown>(key, use),
  set: (key, value) => set(key, value, use),
  delete: (key) => del(key, use),
})

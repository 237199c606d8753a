import { get, set, update } from 'idb-keyval'
import type { Database } from './database.ts'

/** Small records beside the session: what lies there is parsed by whoever asks for it. */
export interface RecordStore {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  /** Reads and writes in one transaction. */
  update(key: string, change: (value: unknown) => unknown): Promise<void>
}

export const recordStore = ({ use }: Database): RecordStore => ({
  get: (key) => get<unknown>(key, use),
  set: (key, value) => set(key, value, use),
  update: (key, change) => update<unknown>(key, change, use),
})

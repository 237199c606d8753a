/** What the worker has done since it was last asked. */
export interface Calls {
  /** By name; what was not called is not there. */
  calls: Record<string, number>
  fetchEvents: number
  /** When this worker was started, ms since the epoch. */
  startedAt: number
}

export type EngineName = 'Chromium' | 'Firefox' | 'WebKitGTK'

/** A browser that the scenarios drive; all that an adapter must be able to do. */
export interface Engine {
  readonly name: EngineName
  readonly version: string
  /** A profile without storage, workers and cache. */
  open(): Promise<Profile>
  close(): Promise<void>
}

export interface Profile {
  newTab(): Promise<Tab>
  /** Ends every running service worker, as the browser does at any moment; not every engine can be told to. */
  killWorkers?(): Promise<void>
  close(): Promise<void>
}

export interface Tab {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /**
   * Runs a function in the page and waits for what it resolves to. Like its arguments that is JSON, since it goes
   * through three protocols; the function sees nothing of the scope that it was written in.
   */
  evaluate<Args extends unknown[], Result>(
    fn: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>
  close(): Promise<void>
}

/** Why an engine is not there; the report names it. */
export class EngineMissing extends Error {}

/** An expression whose value is a promise of the result as JSON, or of `undefined`. */
export function expressionOf(fn: (...args: never[]) => unknown, args: readonly unknown[]): string {
  const list = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ')
  // The TypeScript runner names inner functions by this helper of its own.
  return `(async () => { const __name = (fn) => fn; return JSON.stringify(await (${fn.toString()})(${list})) })()`
}

/** @param json what `expressionOf` gave */
export function resultOf<Result>(json: unknown): Result {
  const result: Result = typeof json === 'string' ? JSON.parse(json) : undefined
  return result
}

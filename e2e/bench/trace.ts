import type { Browser } from 'puppeteer-core'

/** A step in a trace. */
export interface TraceEvent {
  name: string
  /** µs */
  ts: number
  /** µs */
  dur?: number
  ph: string
  args?: { data?: Record<string, unknown> }
}

/** What Chromium traces meanwhile, by time. All its processes tell by one clock. */
export async function traced(
  browser: Browser,
  categories: readonly string[],
  run: () => Promise<unknown>,
): Promise<TraceEvent[]> {
  const devtools = await browser.target().createCDPSession()
  const events: TraceEvent[] = []
  devtools.on('Tracing.dataCollected', ({ value }: { value: TraceEvent[] }) => events.push(...value))
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve))
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: [...categories], recordMode: 'recordContinuously' },
  })
  await run()
  await devtools.send('Tracing.end')
  await complete
  await devtools.detach()
  return events.toSorted((one, other) => one.ts - other.ts)
}

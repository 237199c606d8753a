import { Contest } from '../contest.ts'
import { BARE, DPOP, OAUTH, OURS } from '../contestants.ts'
import type { Measure, Row } from '../measure.ts'
import { stopWorkers, type Run } from '../browser.ts'
import { summary } from '../stats.ts'
import { traced, type TraceEvent } from '../trace.ts'

const CATEGORIES = ['blink.user_timing', 'devtools.timeline', 'v8', 'ServiceWorker']

/** A part of the time between two marks. */
type Step = readonly [name: string, from: string, to: string]

const SENT: readonly Step[] = [
  ['network and server', 'send', 'send done'],
  ['own: the answer is passed on', 'send done', 'answer'],
  ['browser: to the page', 'answer', 'call done'],
]
const WARM: readonly Step[] = [
  ['browser: to the worker', 'call', 'fetch event'],
  ['own: from the fetch event to the sending', 'fetch event', 'send'],
  ...SENT,
  ['all', 'call', 'call done'],
]
const COLD: readonly Step[] = [
  ['browser: a thread, the script read and compiled', 'call', 'evaluation'],
  ['own: the script evaluated', 'evaluation', 'evaluation done'],
  ['browser: to the fetch event', 'evaluation done', 'fetch event'],
  ['own: from the fetch event to the sending', 'fetch event', 'send'],
  ['… beside it: IndexedDB opened', 'open', 'open done'],
  ['… beside it: the session read', 'read', 'read done'],
  ...SENT,
  ['all', 'call', 'call done'],
]

/** Where the time of one request goes, by the marks that a worker leaves in a trace of Chromium. */
export const profile: Measure = async (browser, { profiled }) => {
  const contestants = [BARE, OURS, OAUTH, DPOP].map((each) => ({ ...each, isMarked: true }))
  const contest = await Contest.start(browser, 'profile', contestants)
  const call = ({ page }: Run): Promise<void> =>
    page.evaluate(async () => {
      performance.mark('bench:call')
      await window.bench.status()
      performance.mark('bench:call done')
    })
  const rows: Row[] = []
  const look = async (
    what: string,
    steps: readonly Step[],
    sample: (run: Run) => Promise<void>,
  ): Promise<void> => {
    const turns: string[] = []
    const events = await traced(browser, CATEGORIES, () =>
      contest.turns({ rounds: profiled, warmUp: 0 }, async (run) => {
        turns.push(run.contestant.name)
        await sample(run)
        return 0
      }),
    )
    rows.push(...rowsOf(what, steps, turns, callsIn(events)))
  }
  for (const run of contest.runs)
    for (let i = 0; i < 20; i++) await run.page.evaluate(() => window.bench.status())
  await look('one protected GET, warm', WARM, call)
  await look('one protected GET, worker stopped', COLD, async (run) => {
    await stopWorkers(run.page)
    await call(run)
  })
  return [...rows, ...(await contest.close())]
}

/** The marks of each call, by name: when it was first passed, µs. */
function callsIn(events: readonly TraceEvent[]): Map<string, number>[] {
  const calls: Map<string, number>[] = []
  for (const { name, ts } of events) {
    const step = /^bench:(.*)$/.exec(name)?.[1]
    if (step === undefined) continue
    if (step === 'call') calls.push(new Map())
    const call = calls.at(-1)
    if (call && !call.has(step)) call.set(step, ts)
  }
  return calls
}

function rowsOf(
  measure: string,
  steps: readonly Step[],
  turns: readonly string[],
  calls: readonly Map<string, number>[],
): Row[] {
  if (calls.length !== turns.length)
    throw new Error(`The trace has ${calls.length} calls, of ${turns.length}`)
  return [...new Set(turns)].flatMap((whose) =>
    steps.flatMap(([name, from, to]): Row[] => {
      const took = calls
        .filter((_, index) => turns[index] === whose)
        .map((call) => (call.get(to) ?? Number.NaN) - (call.get(from) ?? Number.NaN))
        .filter((time) => !Number.isNaN(time))
      if (took.length === 0) return []
      const samples = summary(took)
      return [
        {
          measure: `${measure}: ${whose}`,
          name,
          value: `${Math.round(samples.p50)} µs`,
          samples,
          unit: 'µs',
        },
      ]
    }),
  )
}

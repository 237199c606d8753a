import { Run } from '../browser.ts'
import { ALL, BARE, DPOP, NONE, OAUTH, OURS } from '../contestants.ts'
import { rowsOfEach, type Measure } from '../measure.ts'

const CALLS = 50
const OWN = [OURS, OAUTH, DPOP].map(({ name }) => name)

const MEASURE = `${CALLS} calls after a revocation: answered 200`

/** The server takes the access token back: who does not notice? */
export const revocation: Measure = (browser) =>
  rowsOfEach(
    ALL.filter((contestant) => contestant !== NONE && contestant !== BARE),
    ({ name }) => ({ measure: MEASURE, name }),
    async (contestant) => {
      const run = await Run.start(browser, contestant)
      try {
        run.server.tokens.revoke()
        const { statuses } = await run.page.evaluate((count) => window.bench.burst(count), CALLS)
        const good = statuses.filter((status) => status === 200).length
        const isOurs = OWN.includes(contestant.name)
        return [
          {
            measure: MEASURE,
            name: contestant.name,
            value: String(good),
            ratio: good,
            ...(isOurs && { goal: String(CALLS), isReached: good === CALLS }),
          },
        ]
      } finally {
        await run.close()
      }
    },
  )

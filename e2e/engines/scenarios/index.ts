import { background } from './background.ts'
import { bodies } from './bodies.ts'
import { bypass } from './bypass.ts'
import { cost } from './cost.ts'
import { crossOrigin } from './cross-origin.ts'
import { fidelity } from './fidelity.ts'
import { mainJob } from './main-job.ts'
import { queries } from './queries.ts'
import { redirects } from './redirects.ts'
import { streams } from './streams.ts'
import { subresources } from './subresources.ts'
import { uploads } from './uploads.ts'

export const scenarios = [
  mainJob,
  bodies,
  uploads,
  subresources,
  queries,
  background,
  streams,
  redirects,
  bypass,
  crossOrigin,
  fidelity,
  cost,
].flatMap(({ list }) => list)

import { background } from './background.ts'
import { bodies } from './bodies.ts'
import { bypass } from './bypass.ts'
import { crossOrigin } from './cross-origin.ts'
import { fidelity } from './fidelity.ts'
import { mainJob } from './main-job.ts'
import { redirects } from './redirects.ts'
import { streams } from './streams.ts'
import { subresources } from './subresources.ts'

export const scenarios = [
  mainJob,
  bodies,
  subresources,
  background,
  streams,
  redirects,
  bypass,
  crossOrigin,
  fidelity,
].flatMap(({ list }) => list)

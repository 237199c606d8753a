/** ms */
const PAUSE = 1000

/**
 * Looks whether the worker that controls this page is still registered: a question to the browser alone, and only after
 * the page has loaded something, so that an idle page asks nothing.
 */
export function watchRegistration(onGone: () => void): void {
  const { serviceWorker } = navigator
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = async (): Promise<void> => {
    timer = undefined
    if (serviceWorker.controller && !(await serviceWorker.getRegistration())) onGone()
  }
  new PerformanceObserver(() => {
    timer ??= setTimeout(() => void look().catch(() => undefined), PAUSE)
  }).observe({ type: 'resource' })
}

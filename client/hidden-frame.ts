/** As long as the worker waits for a silent login, ms. */
const LIMIT = 10_000

/**
 * @param onLimit told where nobody has closed it in time
 * @returns how to close it
 */
export function hiddenFrame(url: string, onLimit: () => void): () => void {
  const frame = document.createElement('iframe')
  frame.hidden = true
  // Whatever the server shows there must not take this page away.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms')
  frame.src = url
  document.documentElement.append(frame)
  const close = (): void => {
    clearTimeout(timer)
    frame.remove()
  }
  const timer = setTimeout(() => {
    close()
    onLimit()
  }, LIMIT)
  return close
}

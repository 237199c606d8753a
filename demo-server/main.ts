// Starts the demo: `PORT` and `ACCESS_TOKEN_TTL` (seconds) may be set in the environment.
import { fileURLToPath } from 'node:url'
import { startDemoServer } from './server.ts'

const port = numberFromEnvironment('PORT', 4173)
const accessTokenTtl = numberFromEnvironment('ACCESS_TOKEN_TTL', 30)
try {
  const server = await startDemoServer({
    port,
    accessTokenTtl,
    securityHeaders: true,
    // Where the demo's worker looks for them.
    identityProvider: {
      port: port === 0 ? 0 : port + 1,
      filesPort: port === 0 ? 0 : port + 2,
      accessTokenTtl: Math.ceil(accessTokenTtl),
    },
    staticDir: fileURLToPath(new URL('app/dist', import.meta.url)),
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
  console.log(`The demo is at ${server.url} (log in as alice or bob; the password is the name)`)
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
  fail(`Port ${port} or one of the two after it is in use. Choose another one: PORT=${port + 10} npm start`)
}

function numberFromEnvironment(name: string, usual: number): number {
  const text = process.env[name] ?? ''
  const value = text === '' ? usual : Number(text)
  return value >= 0 ? value : fail(`${name} takes a number, not "${text}"`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

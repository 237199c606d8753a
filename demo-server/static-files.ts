// The demo's page and its service worker.
import { existsSync } from 'node:fs'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { DemoEnv } from './state.ts'

export function staticFiles(root: string): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()
  if (!existsSync(root)) {
    return app.get('/', (c) =>
      c.text(`There is no page to show: ${root} does not exist. Build it first.`, 404),
    )
  }
  // For every file, and not only for the page and the worker: who builds them anew wants to see them anew.
  return app.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-cache')
  }, serveStatic({ root }))
}

// The pages of the app that a login passes through, for when no worker answers there: after a hard reload, or on a
// first visit by bookmark. The page loads the client, which hands the address to the worker.
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { DemoEnv } from './state.ts'

/** @param root the folder with the app's page */
export function returnPages(root: string): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()
  for (const path of ['/login', '/callback', '/logout'])
    app.get(path, serveStatic({ root, path: 'index.html' }))
  return app
}

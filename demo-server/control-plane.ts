// Switches for the tests and for the buttons of the demo's page. Never protected: this server is for localhost.
import { Hono } from 'hono'
import type { Context } from 'hono'
import { FAULT_TARGETS, createGate } from './faults.ts'
import type { Fault } from './faults.ts'
import { FLAVOUR_NAMES } from './flavours.ts'
import { CommandError, readCommand } from './command.ts'
import type { Command } from './command.ts'
import { noStore } from './middleware.ts'
import type { DemoEnv, DemoState } from './state.ts'

export function controlPlane(state: DemoState): Hono<DemoEnv> {
  const { faults, stats, flavours } = state

  return new Hono<DemoEnv>()
    .use(noStore)
    .get('/stats', ({ json }) => {
      const { main, classic, cookie, requests } = stats
      return json({ main, classic, cookie, requests })
    })
    .post('/reset', (c) => {
      stats.reset()
      faults.clearAll()
      return c.body(null, 204)
    })
    .post('/faults', async (c) => {
      const command = await readCommand(c)
      const target = command.oneOf('target', FAULT_TARGETS)
      if (target === undefined) throw new CommandError(`"target" is needed: ${FAULT_TARGETS.join(', ')}`)
      const flavour = command.oneOf('flavour', FLAVOUR_NAMES) ?? 'main'
      const clear = command.boolean('clear') ?? false
      const fault = faultIn(command)
      command.end()
      if (clear) faults.clear(flavour, target)
      else faults.set(flavour, target, fault)
      return c.body(null, 204)
    })
    .post('/release', (c) => {
      faults.release()
      return c.body(null, 204)
    })
    .post('/revoke', async (c) => {
      const command = await readCommand(c)
      const flavour = command.oneOf('flavour', FLAVOUR_NAMES)
      const user = command.string('user')
      const refresh = command.boolean('refresh') ?? false
      command.end()
      for (const name of flavour === undefined ? FLAVOUR_NAMES : [flavour]) {
        const { grants } = flavours[name]
        if (refresh) grants.revokeFamilies(user)
        else grants.refuseAccessTokens(user)
      }
      return c.body(null, 204)
    })
    .post('/ttl', async (c) => {
      const command = await readCommand(c)
      const seconds = command.number('seconds', { above: 0 })
      if (seconds === undefined) throw new CommandError('"seconds" is needed')
      command.end()
      state.accessTokenTtl = seconds
      return c.body(null, 204)
    })
    .all('*', (c) => c.json({ error: 'not_found' }, 404))
    .onError((error, c) => answerError(error, c))
}

function faultIn(command: Command): Fault {
  const times = command.number('times', { above: 0 })
  const delay = command.number('delay', { above: 0 })
  const drop = command.oneOf('drop', ['before', 'after'])
  const hold = command.boolean('hold') === true ? createGate() : undefined
  const status = command.number('status', { above: 199, below: 600 })
  const body = command.string('body')
  const headers = new Headers(command.strings('headers'))
  // As nearly every answer here.
  const contentType = command.string('contentType') ?? 'application/json'
  if (body !== undefined) headers.set('Content-Type', contentType)
  const answered = status !== undefined || body !== undefined
  return {
    ...(times !== undefined && { times }),
    ...(delay !== undefined && { delay }),
    ...(drop !== undefined && { drop }),
    ...(hold !== undefined && { hold }),
    ...(answered && {
      answer: { status: status ?? 200, headers: Object.fromEntries(headers), body: body ?? '' },
    }),
  }
}

function answerError(error: Error, c: Context): Response {
  if (error instanceof CommandError) return c.json({ error: error.message }, 400)
  throw error
}

import type { Dispatch } from './dispatch.ts'
import { contentOfSent, tagged, tagOf } from './light-fetch.ts'
import { resourceOf } from './server-model.ts'
import type { World } from './world.ts'

const dispatches = new WeakMap<object, Dispatch>()

/** The Request of a fetch event. Whatever the worker makes of it is known as its own by the tag. */
export function requestOf(dispatch: Dispatch, url: string): Request {
  const { method, body } = dispatch.request
  const request = new Request(url, { method, ...(body !== undefined && { body }) })
  const tag = {}
  dispatches.set(tag, dispatch)
  return tagged(request, tag)
}

function dispatchOf(request: Request): Dispatch {
  const tag = tagOf(request)
  const dispatch = typeof tag === 'object' && tag !== null ? dispatches.get(tag) : undefined
  if (!dispatch) throw new Error(`Nobody knows who sends ${request.url}`)
  return dispatch
}

const bearer = (request: Request): string | undefined =>
  request.headers.get('Authorization')?.replace(/^Bearer /, '')

/** Takes a request to the app's own server and brings its answer, where the worker is still there to get it. */
export async function send(world: World, request: Request): Promise<Response> {
  const { simulation, server, invariants, faults } = world
  const dispatch = dispatchOf(request)
  const { worker, name } = dispatch
  const { path } = dispatch.request
  const content = contentOfSent(request)
  const token = bearer(request)
  const isProtected = path.startsWith('/api/')
  if (isProtected) invariants.sent(dispatch, token)
  simulation.note(() => `  ${name} leaves${token === undefined ? '' : ` with ${token}`}`)
  const fault = isProtected ? faults.api.shift() : undefined

  await simulation.step(`${name} arrives`)
  const answer = isProtected
    ? new Response('{}', { status: server.answer(token, simulation.time, resourceOf(path)) })
    : authenticate(path, content)
  if (fault === 'slow') {
    await simulation.pause(5000, 'API: slow')
    dispatch.apiTime += 5000
  }
  await simulation.step(`${name} answered ${answer.status}`, worker)
  if (fault === 'cut') throw new TypeError('Failed to fetch')
  return answer

  function authenticate(path: string, content: string): Response {
    if (path === '/auth/login') {
      const grant = server.login(content, simulation.time)
      dispatch.login = server.familyOf(grant.refresh_token)
      return Response.json(grant)
    }
    const [refreshToken] = /refresh-token-[\d-]+/.exec(content) ?? []
    return Response.json({}, { status: server.logout(refreshToken, token, simulation.time) })
  }
}

/** For `fetch` itself, which knows no world. */
export const worldOf = { current: undefined } as { current: World | undefined }

export function globalFetch(request: Request): Promise<Response> {
  const { current } = worldOf
  return current ? send(current, request) : Promise.reject(new TypeError('No world runs'))
}

import { freshness } from '../core/freshness.ts'
import type { ActiveSession } from '../core/session.ts'
import { withKept } from '../core/transition.ts'
import type { Clock, SendLogout, TokenEndpoint } from './ports.ts'

/**
 * Sends a logout with a good access token where one is to be had: many servers refuse another, and go on honouring the
 * refresh token. The session's tokens are nobody else's any more; but where a refresh is under way, whoever has begun it
 * revokes what it brings.
 * @returns the answer; undefined where the server has refused all that there is to know of the session
 */
export async function sendLogout(
  session: ActiveSession,
  send: SendLogout,
  endpoint: Pick<TokenEndpoint, 'canRefresh' | 'refresh' | 'refusalIsFinal'>,
  clock: Clock,
): Promise<Response | undefined> {
  const { tokens, refreshStartedAt } = session
  const isCurable =
    refreshStartedAt === undefined && endpoint.canRefresh(tokens) && endpoint.refusalIsFinal !== true
  const isExpired = isCurable && freshness(tokens, clock.now()) === 'expired'
  const first = isExpired ? undefined : await send(session)
  const result = isCurable && (first?.status ?? 401) === 401 ? await endpoint.refresh(session) : undefined
  if (result?.type === 'tokens') return send({ ...session, tokens: withKept(tokens, result.tokens) })
  const answer = first ?? (await send(session))
  return answer.status === 401 && result?.type !== 'failed' ? undefined : answer
}

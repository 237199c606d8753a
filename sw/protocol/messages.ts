import type { Inspection } from './inspection.ts'

/** Version of the messages between worker and page; a page and a worker of different versions ignore each other. */
export const PROTOCOL_VERSION = 1

/** Marks a message as ours among the other messages of an app. */
export const MESSAGE_SOURCE = 'sw-token-broker'

/** What is posted on a broker's channel when it is taken away. */
export const RETIRED = 'retired'

/** `anonymous`: never logged in, or logged out. `login-required`: a session was lost. */
export type SessionStatus = 'active' | 'anonymous' | 'login-required'

/**
 * Why only a login can help.
 * - `no-session`: a request of an anonymous user was answered 401.
 * - `invalid_grant`: the server refused the refresh token (RFC 6749 §5.2).
 * - `no-refresh-token`: the access token is dead and the server gave nothing to refresh it with.
 * - `tokens-not-kept`: `storage: 'memory'`, and the browser has ended the worker.
 * - `unregistered`: a script has unregistered the worker, which has ended the session.
 * - `store-unreadable`: the stored session is not one that this version can read.
 */
export type LoginRequiredReason =
  | 'no-session'
  | 'invalid_grant'
  | 'no-refresh-token'
  | 'tokens-not-kept'
  | 'store-unreadable'
  | 'unregistered'

/** What a page may know of the session: never a token. */
export interface SessionInfo {
  status: SessionStatus
  /** When the access token expires, ms since the epoch; absent where the server did not say. */
  expiresAt?: number
  scope?: string
  /** The `sub` of the user, where the server's answers name one. */
  subject?: string
  /** The verified claims of the id_token that `oauth({ claims })` lists. */
  claims?: Record<string, unknown>
  /** Present with `login-required`. */
  reason?: LoginRequiredReason
}

/** Only a login can help; sent once per lost session, to every window of the origin. */
export interface LoginRequired {
  type: 'login-required'
  reason: LoginRequiredReason
  /** Absolute URL of the `loginUrl` option, where one was given. */
  loginUrl?: string
}

/** The session began, was refreshed, was lost or ended. */
export interface SessionChanged {
  type: 'session-changed'
  session: SessionInfo
  /** When an idle page should nudge the worker to refresh, ms since the epoch. */
  refreshAt?: number
}

/** The API asks for a stronger or fresher login (RFC 9470 §3); the members have their wire names. */
export interface StepUpRequired {
  type: 'step-up-required'
  acr_values?: string
  /** Seconds. */
  max_age?: number
  scope?: string
}

/** Something needs a developer's attention; the session is kept. */
export interface BrokerErrorMessage {
  type: 'broker-error'
  code: string
  message: string
  /** HTTP status of the token endpoint's answer. */
  status?: number
  /** The token endpoint's `error` (RFC 6749 §5.2). */
  error?: string
  /** The member of a token response that had the wrong type. */
  member?: string
}

export type Announcement = LoginRequired | SessionChanged | StepUpRequired | BrokerErrorMessage

export interface Envelope {
  v: typeof PROTOCOL_VERSION
  source: typeof MESSAGE_SOURCE
  /** The broker's `name` option. */
  name: string
}

/** What the worker posts to windows. */
export type BrokerMessage = Announcement & Envelope

/** An answer streams through the worker, which some browsers end in the middle of it; for the client module alone. */
export interface AnswerBegun extends Envelope {
  type: 'answer-begun'
  url: string
  /** ms since the epoch */
  at: number
}

/**
 * A silent login waits for a visible page with a frame to spare; for the client module alone. The first page that asks
 * with this `id` is told what to frame; whoever makes up an `id` is told nothing.
 */
export interface SilentLoginOffered extends Envelope {
  type: 'silent-login'
  id: string
}

/**
 * What a page asks of the worker. `check-registration`: the page sees no registration of its worker any more. `nudge`: a refresh may be due (`online`: the network is back, so do not wait out a
 * back-off that a network failure began). `isLanding`: the page has just loaded, perhaps at a path of the login that
 * no worker could answer. `whenDecided`: the page can wait for a silent login that is under way. `set-session`: begin one
 * with a token response that the page has got by itself. `adopt`: the page has a session from before the broker.
 * `retire`: the broker is being taken away. `stay`: an answer is streaming, do not end. `claim`: this page is not
 * controlled, take it over.
 */
export type Command =
  | { type: 'get-session'; isLanding?: boolean; whenDecided?: boolean }
  | { type: 'logout' }
  | { type: 'nudge'; online?: boolean }
  | { type: 'claim' }
  | { type: 'retire' }
  | { type: 'inspect' }
  | { type: 'set-session'; tokenResponse: unknown }
  | { type: 'stay' }
  | { type: 'check-registration' }
  | { type: 'silent-login'; id: string }
  | { type: 'adopt'; tokens: TokensByName }

/** Tokens of a session from before the broker, or what stands for them, by their names in RFC 6749 §5.1. */
export interface TokensByName {
  access_token?: string
  refresh_token?: string
}

export type CommandMessage = Command & Envelope

/** Why a command was not carried out. */
export interface CommandError {
  code: 'tokens-not-accepted' | 'invalid-token-response'
  message: string
}

/** The worker's answer to a command, on the command's message port. */
export interface Reply extends Envelope {
  /** Absent while the store does not answer, or a silent login is under way. */
  session?: SessionInfo
  refreshAt?: number
  loginUrl?: string
  /** Where a page goes to log out, if the server takes part. */
  logoutUrl?: string
  /** Where the page must go now: it has landed on a path of the login that no worker answered. */
  goTo?: string
  /** What the page keeps in place of the tokens that it handed over; absent where they were not taken; `TokensByName`. */
  kept?: unknown
  /** What to show in a hidden frame for a silent login. */
  frame?: string
  /** Whether the page is a login window that is done. */
  isDone?: boolean
  error?: CommandError
  inspection?: Inspection
}

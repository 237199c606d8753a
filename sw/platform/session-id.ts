/** 32 hex digits; new at every login. */
export const newSessionId = (): string => crypto.randomUUID().replaceAll('-', '')

import type { Announcement } from './messages.ts'

/** Where a developer finds what a code means and what to do. */
export const seeDocs = (code: string): string => `See docs/errors.md#${code}`

export const withHelp = (announcement: Announcement): Announcement =>
  announcement.type === 'broker-error'
    ? {
        ...announcement,
        message: `${announcement.message.replace(/\.?$/, '.')} ${seeDocs(announcement.code)}`,
      }
    : announcement

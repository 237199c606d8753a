import type { Adopted } from './session.ts'

/** Whether both are made of the tokens of one login; several tabs may hand over the same ones. */
export const isSameLogin = (known: Adopted | undefined, shown: Adopted): boolean =>
  (shown.access !== undefined && shown.access === known?.access) ||
  (shown.refresh !== undefined && shown.refresh === known?.refresh)

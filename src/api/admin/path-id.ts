import { maxIntegerId } from './fields.ts';

/** The id in a path; null for one of the wrong form, which is the id of nothing. */
export function pathId(text: string | undefined, max: number = maxIntegerId): number | null {
  const id = /^[1-9]\d{0,15}$/.test(text ?? '') ? Number(text) : Number.POSITIVE_INFINITY;
  return id <= max ? id : null;
}

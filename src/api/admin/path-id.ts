import { maxIntegerId } from './fields.ts';

/** The id in a path; null for text that cannot be an id. */
export function pathId(text: string | undefined, max: number = maxIntegerId): number | null {
  const id = /^[1-9]\d{0,15}$/.test(text ?? '') ? Number(text) : Number.POSITIVE_INFINITY;
  return id <= max ? id : null;
}

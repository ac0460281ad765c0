import { createHash } from 'node:crypto';

/** 96 bits: nobody finds two merchants with the same id, and it fits into a path. */
const idBytes = 12;

/** The id of a group of the uncategorized queue, by the name that merchantGroup() gives it, which may be very long. */
export const groupId = (name: string): string =>
  createHash('sha256').update(name).digest().subarray(0, idBytes).toString('base64url');

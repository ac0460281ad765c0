import { Counter } from 'prom-client';

/** Every limit of the API that a client can reach. */
const limits = [
  // Limits by the minute, which clients are told by these names.
  'per-key',
  'per-user',
  'per-address',
  'per-address-files',
  'per-key-rows',
  'per-key-bytes',
  'exports',
  // Wrong passwords and codes.
  'sign-in',
  // What requests share, and wait for.
  'bodies',
  'body-bytes',
  'streams',
  'captures',
  'reads',
  'large-reads',
  'changes',
  'imports',
  'running-exports',
  'event-streams',
  // Clients that send or read too slowly, and connections beyond what a process holds.
  'slow-uploads',
  'slow-readers',
  'connections',
] as const;

export type LimitName = (typeof limits)[number];

const hits = new Counter({
  name: 'tallyflow_limits_hit_total',
  help: 'Requests refused, and connections closed, because a limit was reached.',
  labelNames: ['limit'] as const,
});
// A rate needs the zero before the first one.
for (const limit of limits) hits.inc({ limit }, 0);

export const countLimitHit = (limit: LimitName): void => hits.inc({ limit });

import type { Actor } from '../../domain/actor.ts';

/** Who does what nobody asked for. */
export const worker: Actor = { type: 'system', id: null, name: 'worker', requestId: null };

import type { Actor } from '../../src/domain/actor.ts';

/** Who changes something where a test calls an operation of the database itself. */
export const testActor: Actor = { type: 'system', id: null, name: 'test', requestId: null };

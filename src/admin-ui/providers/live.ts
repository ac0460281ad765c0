import type { LiveEvent, LiveProvider } from '@refinedev/core';
import type { ChangeEventBody } from '../../api/admin/events/schema.ts';
import { followChanges } from './change-stream.ts';
import { isOwnRequest } from './request.ts';

interface Subscription {
  /** Refine's name of a list, such as `resources/categories`. */
  channel: string;
  callback: (event: LiveEvent) => void;
}

/** Changes within this time are announced together, so that a list is fetched once. */
const announceDelayMs = 200;

/** Resources whose lists also show names, colours or counts of the changed one. */
const dependents: Record<string, string[]> = {
  categories: ['category-patterns', 'transactions'],
  'category-patterns': ['categories'],
  transactions: ['categories'],
  recategorizations: ['transactions', 'categories'],
  acceptances: ['transactions', 'categories'],
  trainings: ['learning/trainings', 'learning/versions', 'categorizers'],
  'learned-versions': ['learning/versions', 'categorizers'],
};

const subscriptions = new Set<Subscription>();
let changed = new Set<string>();

/** Has Refine fetch again what others change, wherever it is shown. */
export const liveProvider: LiveProvider = {
  subscribe({ channel, callback }): Subscription {
    const subscription = { channel, callback };
    subscriptions.add(subscription);
    followChanges(noteChange);
    return subscription;
  },

  unsubscribe(subscription: Subscription) {
    subscriptions.delete(subscription);
  },
};

function noteChange({ resource, request_id }: ChangeEventBody): void {
  if (changed.size === 0) setTimeout(announce, announceDelayMs);
  changed.add('audit-log');
  // Refine has fetched again already what this window itself changed.
  if (request_id !== null && isOwnRequest(request_id)) return;
  for (const shown of [resource, ...(dependents[resource] ?? [])]) changed.add(shown);
}

function announce(): void {
  const resources = changed;
  changed = new Set();
  for (const { channel, callback } of [...subscriptions]) {
    if (!resources.has('*') && !resources.has(channel.replace('resources/', ''))) continue;
    callback({ channel, type: '*', payload: {}, date: new Date() });
  }
}

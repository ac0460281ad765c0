import type { LiveEvent, LiveProvider } from '@refinedev/core';
import type { ChangeEventBody } from '../../api/admin/events/schema.ts';
import { followChanges } from './change-stream.ts';
import { isOwnRequest } from './request.ts';

interface Subscription {
  /** As Refine names it: `resources/categories`. */
  channel: string;
  callback: (event: LiveEvent) => void;
}

/** Changes that come one right after the other are read once. */
const gatherMs = 200;

/** Where a change shows too: names, colours and counts stand beside other things. */
const shownWith: Record<string, string[]> = {
  categories: ['category-patterns', 'transactions'],
  'category-patterns': ['categories'],
  transactions: ['categories'],
  recategorizations: ['transactions', 'categories'],
};

const subscriptions = new Set<Subscription>();
let gathered = new Set<string>();

/** Shows what others change, in all that is open: Refine reads anew what a change is about. */
export const liveProvider: LiveProvider = {
  subscribe({ channel, callback }): Subscription {
    const subscription = { channel, callback };
    subscriptions.add(subscription);
    followChanges(gather);
    return subscription;
  },

  unsubscribe(subscription: Subscription) {
    subscriptions.delete(subscription);
  },
};

function gather({ resource, request_id }: ChangeEventBody): void {
  if (gathered.size === 0) setTimeout(announce, gatherMs);
  gathered.add('audit-log');
  // Whoever changes something here reads it anew already.
  if (request_id !== null && isOwnRequest(request_id)) return;
  for (const shown of [resource, ...(shownWith[resource] ?? [])]) gathered.add(shown);
}

function announce(): void {
  const resources = gathered;
  gathered = new Set();
  for (const { channel, callback } of [...subscriptions]) {
    if (!resources.has('*') && !resources.has(channel.replace('resources/', ''))) continue;
    callback({ channel, type: '*', payload: {}, date: new Date() });
  }
}

import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { eventText, sendEvent } from './event-streams.ts';

const event = eventText('progress', { text: 'x'.repeat(1_000) });

it('drops a client that reads nothing of its events, before much of them is kept', async () => {
  const stream = new PassThrough();
  const closed = once(stream, 'close');
  let sent = 0;
  while (!stream.destroyed && sent < 10_000) {
    sendEvent(stream, event);
    sent++;
  }
  await closed;
  expect(sent * event.length).toBeLessThan(200_000);
  // What comes after it goes nowhere.
  sendEvent(stream, event);
});

it('keeps a client that reads', async () => {
  const stream = new PassThrough();
  stream.resume();
  for (let sent = 0; sent < 1_000; sent++) {
    sendEvent(stream, event);
    await new Promise(setImmediate);
  }
  expect(stream.destroyed).toBe(false);
});

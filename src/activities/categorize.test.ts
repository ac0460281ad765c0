import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { categorize } from './categorize.ts';

test('an activity says that it is alive for as long as a categorizer takes', async () => {
  const environment = new MockActivityEnvironment();
  const categorizer = {
    name: 'slow',
    async categorize() {
      await once(environment, 'heartbeat');
      await once(environment, 'heartbeat');
      return [null];
    },
  };
  const rows = [{ merchantName: 'Shop', description: null }];
  expect(await environment.run(categorize, categorizer, rows)).toEqual([null]);
});

import { expect, it } from '@jest/globals';
import { topicLayouts, wantedSettings } from './topics.ts';

it('wants every write in two copies where there are three', () => {
  for (const layout of topicLayouts()) {
    expect(wantedSettings(layout, 2)).not.toHaveProperty(['min.insync.replicas']);
    expect(wantedSettings(layout, 3)).toHaveProperty(['min.insync.replicas'], '2');
  }
});

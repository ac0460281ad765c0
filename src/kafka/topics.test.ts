import { expect, it } from '@jest/globals';
import { topicLayouts, topics, wantedSettings } from './topics.ts';

it('wants every write in two copies where there are three', () => {
  for (const layout of topicLayouts()) {
    expect(wantedSettings(layout, 2)).not.toHaveProperty(['min.insync.replicas']);
    expect(wantedSettings(layout, 3)).toHaveProperty(['min.insync.replicas'], '2');
  }
});

it('keeps the rows of large batches for longer than the records that name them', () => {
  const retention = (topic: string) =>
    Number(topicLayouts().find(({ name }) => name === topic)?.settings['retention.ms']);
  expect(retention(topics.batchParts)).toBeGreaterThan(retention(topics.batches));
});

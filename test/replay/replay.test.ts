import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { historyFromJson } from './history-json.ts';
import { rowText } from './row-text.ts';

const folder = new URL('./histories/', import.meta.url);
const names = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ''))
  .sort();
const read = (name: string): string => readFileSync(new URL(`${name}.json`, folder), 'utf8');

beforeAll(() => {
  // A replay that fails is told by its result.
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
});

/** Replays with the workflows as they are now. Null when they do what the history says. */
async function replay(text: string): Promise<Error | null> {
  const codePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
  const history = historyFromJson(JSON.parse(text));
  const results = Worker.runReplayHistories({ workflowBundle: { codePath } }, [
    { workflowId: 'replayed', history },
  ]);
  for await (const { error } of results) return error ?? null;
  throw new Error('nothing was replayed');
}

describe('the workflows', () => {
  it.each(names)('still do what was recorded as %s', async (name) => {
    expect(await replay(read(name))).toBeNull();
  });

  it.each(['categorizeRange', 'completeBatch'])(
    'would be noticed to have another step in the place of %s',
    async (activity) => {
      const text = read('large-batch-completed');
      expect(text).toContain(`"${activity}"`);
      const error = await replay(text.replaceAll(`"${activity}"`, '"somethingElse"'));
      expect(error?.name).toBe('DeterminismViolationError');
    },
  );
});

describe('the recorded histories', () => {
  it('are of every way that a run can go', () => {
    expect(names).toEqual([
      'acceptance-cancelled',
      'acceptance-completed',
      'acceptance-failed',
      'acceptance-undone',
      'batch-group-cancelled',
      'batch-group-completed',
      'language-model-failed',
      'language-model-waits',
      'large-batch-cancelled',
      'large-batch-completed',
      'large-batch-failed',
      'recategorization-cancelled',
      'recategorization-completed',
      'recategorization-failed',
      'small-batch-completed',
      'small-batch-failed',
      'sweep',
      'training-cancelled',
      'training-completed',
      'training-failed',
      'waits-for-database',
    ]);
  });

  it.each<[string, string[]]>([
    ['small-batch-completed', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['large-batch-completed', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['small-batch-failed', ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_FAILED']],
    ['large-batch-failed', ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_FAILED']],
    [
      'large-batch-cancelled',
      ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', 'WORKFLOW_EXECUTION_CANCELED'],
    ],
    ['waits-for-database', ['TIMER_FIRED', 'WORKFLOW_EXECUTION_COMPLETED']],
    ['batch-group-completed', ['WORKFLOW_EXECUTION_COMPLETED']],
    [
      'batch-group-cancelled',
      ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', 'WORKFLOW_EXECUTION_CANCELED'],
    ],
    ['language-model-waits', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['language-model-failed', ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_FAILED']],
    ['acceptance-completed', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['acceptance-undone', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['acceptance-failed', ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_FAILED']],
    [
      'acceptance-cancelled',
      ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', 'WORKFLOW_EXECUTION_CANCELED'],
    ],
    ['sweep', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['training-completed', ['WORKFLOW_EXECUTION_SIGNALED', 'WORKFLOW_EXECUTION_COMPLETED']],
    ['training-failed', ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_COMPLETED']],
    ['training-cancelled', ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', 'WORKFLOW_EXECUTION_CANCELED']],
    ['recategorization-completed', ['WORKFLOW_EXECUTION_COMPLETED']],
    ['recategorization-failed', ['ACTIVITY_TASK_FAILED', 'WORKFLOW_EXECUTION_FAILED']],
    [
      'recategorization-cancelled',
      ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', 'WORKFLOW_EXECUTION_CANCELED'],
    ],
  ])('%s went the way that its name says', (name, expected) => {
    const { events } = JSON.parse(read(name)) as { events: { eventType: string }[] };
    const types = events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
    for (const type of expected) expect(types).toContain(type);
    expect(types.at(-1)).toBe(expected.at(-1));
  });

  it.each(names)('%s holds no text of a transaction', (name) => {
    const decoded = JSON.parse(read(name), (key, value) =>
      key === 'data' ? Buffer.from(value, 'base64').toString('utf8') : value,
    );
    const text = JSON.stringify(decoded);
    // Payloads are read, or else the rest would prove nothing.
    expect(text).toMatch(
      /batchId|startedCount|changedCount|no_labels|the model is broken|was cancelled|Find merchants/,
    );
    expect(text.toLowerCase()).not.toContain(rowText.toLowerCase());
  });

  it.each(names)('%s holds no path or name of the machine it was recorded on', (name) => {
    expect(read(name)).not.toMatch(/\d@|file:\/\/|node_modules|\.ts:\d/);
  });
});

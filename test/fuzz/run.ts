import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createApiClient } from '../../src/local/demo/api-client.ts';
import { withScratchStack } from '../../src/local/with-scratch-stack.ts';

// Behind script/fuzz-api, which says what this does.

const [schemathesis = '', cases = '150', ...options] = process.argv.slice(2);

/**
 * Not asked whether all that fits a schema is accepted: that dates are in order, that a code is one of ISO 4217,
 * that a cursor was handed out, or that a category exists, no schema says.
 */
const excludedChecks = 'positive_data_acceptance';

/** Left out, each for its reason. */
const excluded = [
  // They are answered for as long as the client listens.
  'streamBatchEvents',
  'streamChanges',
  // It would take the key away that all further requests carry.
  'revokeApiKey',
  // Each starts a workflow: hundreds of them make a small server of Temporal late, which is a 503 as described.
  'triggerSchedule',
];

// One address sends all of them, many without credentials on purpose.
process.env.UNAUTHENTICATED_PER_MINUTE = '1000000000';
process.env.RATE_LIMIT_PER_MINUTE = '1000000000';

await withScratchStack(async ({ baseUrl, apiKey }, signal) => {
  const client = createApiClient(baseUrl, apiKey, signal);
  await fill(client);
  const child = spawn(
    schemathesis,
    [
      ...['run', `${baseUrl}/openapi.json`, '--header', `Authorization: Bearer ${apiKey}`],
      ...[
        '--checks',
        'all',
        '--exclude-checks',
        excludedChecks,
        '--max-examples',
        cases,
        '--continue-on-failure',
      ],
      ...excluded.flatMap((id) => ['--exclude-operation-id', id]),
      ...['--request-timeout', '30', '--suppress-health-check', 'all', '--generation-database'],
      ...['none', ...options],
    ],
    { stdio: 'inherit', signal },
  );
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
}, console.log);

/** Something to find: without categories and batches most requests would end at "no such". */
async function fill(client: ReturnType<typeof createApiClient>): Promise<void> {
  await client.request('POST', '/api/admin/categories/import', {
    categories: [
      { name: 'Groceries', patterns: ['walmart', 'market'] },
      { name: 'Fuel', patterns: ['shell'] },
    ],
  });
  for (let batch = 0; batch < 5; batch++) {
    await client.request('POST', '/api/integrations/transactions', {
      transactions: Array.from({ length: 20 }, (_, row) => ({
        transaction_id: `t-${batch}-${row}`,
        account_id: `acc-${row % 3}`,
        amount: `${row - 10}.5`,
        currency: 'USD',
        date: '2026-11-01',
        merchant_name: row % 2 === 0 ? 'WALMART' : 'Unknown shop',
      })),
    });
  }
}

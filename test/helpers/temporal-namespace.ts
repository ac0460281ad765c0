import { randomUUID } from 'node:crypto';
import { connectLazily } from '../../src/temporal/connection.ts';
import { waitFor } from './wait-for.ts';

const address = process.env.TEST_TEMPORAL_ADDRESS as string;

/** Creates a namespace on the server that the suites share, for a suite that needs a schedule or attributes of its own. */
export async function createTestNamespace(): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const { connection, client, close } = connectLazily(address, namespace);
  await connection.workflowService.registerNamespace({
    namespace,
    // A number works as well as the Long that the type asks for.
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // The server's parts learn of a namespace one after the other.
  await waitFor(() =>
    client.schedule
      .list()
      [Symbol.asyncIterator]()
      .next()
      .then(
        () => true,
        () => false,
      ),
  );
  await close();
  return namespace;
}

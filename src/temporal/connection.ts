import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { traceStarts } from './trace-starts.ts';

/** A client of Temporal that connects when it is first used, so that a process starts while Temporal is away. */
export interface TemporalConnection {
  client: Client;
  connection: Connection;
  probe: TemporalProbe;
  close(): Promise<void>;
}

export interface TemporalProbe {
  /** Whether the frontend answers within a second; never throws. */
  isUp(): Promise<boolean>;
}

/** What a server asks for beside its address: nothing on a trusted network, otherwise certificates or a key. */
export interface TemporalSecurity {
  tls?: Exclude<ConnectionOptions['tls'], boolean | null | undefined>;
  apiKey?: string;
}

/** Without a deadline a call to an absent server takes 20 s to fail. */
export const callTimeoutMs = 1_000;

const maxReconnectMs = 5_000;

export function connectLazily(
  address: string,
  namespace: string,
  security: TemporalSecurity = {},
): TemporalConnection {
  const connection = Connection.lazy({
    address,
    ...security,
    // After a long outage gRPC would pause for up to two minutes before it looks again.
    channelArgs: { 'grpc.max_reconnect_backoff_ms': maxReconnectMs },
  });
  const client = new Client({
    connection,
    namespace,
    interceptors: { workflow: [traceStarts] },
  });
  return {
    client,
    connection,
    probe: {
      isUp: () =>
        connection
          .withDeadline(Date.now() + callTimeoutMs, () =>
            connection.workflowService.getSystemInfo({}),
          )
          .then(
            () => true,
            () => false,
          ),
    },
    close: () => connection.close(),
  };
}

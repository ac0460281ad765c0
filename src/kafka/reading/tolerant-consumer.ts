import { type API, type Callback, Consumer, kGetApi, ResponseError } from '@platformatic/kafka';

/**
 * A consumer for which one topic or partition in trouble is no trouble of the others. The library gives up everything that
 * it asked for where a single topic does not exist, or a single partition has no leader. Here such a topic has no partitions,
 * and such a partition the leader -1.
 */
export class TolerantConsumer extends Consumer {
  override [kGetApi]<Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void {
    super[kGetApi]<Request, Response>(name, (error, api) => {
      if (error !== null || api === undefined || name !== 'Metadata') return callback(error, api);
      callback(null, tolerate(api as unknown as MetadataApi) as unknown as API<Request, Response>);
    });
  }
}

type MetadataApi = API<unknown[], unknown>;

const tolerate = (api: MetadataApi): MetadataApi =>
  Object.assign(
    (connection: Parameters<MetadataApi>[0], ...args: unknown[]): void => {
      const callback = args.pop() as Callback<unknown>;
      (api as (...all: unknown[]) => void)(
        connection,
        ...args,
        (error: Error | null, response?: unknown) => {
          if (error instanceof ResponseError) callback(null, error.response);
          else callback(error, response);
        },
      );
    },
    { async: api.async, key: api.key, version: api.version },
  );

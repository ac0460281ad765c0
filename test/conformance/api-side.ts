import { startTestApi, type TestApiOptions } from '../helpers/test-api.ts';
import type { KeyName } from './case.ts';
import { insertKeys } from './keys.ts';
import { Client } from './send.ts';
import type { Side } from './side.ts';

export interface StartedSide extends Side {
  stop(): Promise<void>;
}

/** The API, whose answer comes once a batch is stored. */
export async function startApiSide(
  keys: Record<KeyName, string>,
  config: TestApiOptions['config'],
): Promise<StartedSide> {
  const api = await startTestApi({ config });
  await insertKeys(api.database, keys);
  const client = new Client(api.url, keys);
  return {
    client,
    database: api.database,
    settle: async () => {},
    stop: () => {
      client.close();
      return api.stop();
    },
  };
}

import { Connection } from '@temporalio/client';
import { batchStatusAttribute } from '../domain/search-attribute.ts';
import type { TemporalSecurity } from '../temporal/connection.ts';

/** INDEXED_VALUE_TYPE_KEYWORD of Temporal's API, whose enums the client package does not export. */
const keyword = 2;

/**
 * Makes the search attribute of batch workflows known; without it no batch can be started. Safe to
 * repeat. (The server's own flag for it is ignored once its database file exists.)
 */
export async function registerSearchAttribute(
  address: string,
  namespace: string,
  security: TemporalSecurity = {},
): Promise<void> {
  const connection = await Connection.connect({ address, ...security });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    if (customAttributes[batchStatusAttribute] !== undefined) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { [batchStatusAttribute]: keyword },
    });
  } finally {
    await connection.close();
  }
}

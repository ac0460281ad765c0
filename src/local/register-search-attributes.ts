import { Connection } from '@temporalio/client';
import { batchIdsAttribute, batchStatusAttribute } from '../domain/search-attribute.ts';
import type { TemporalSecurity } from '../temporal/connection.ts';

/** INDEXED_VALUE_TYPE_KEYWORD and …_KEYWORD_LIST of Temporal's API, whose enums the client package does not export. */
const attributes = { [batchStatusAttribute]: 2, [batchIdsAttribute]: 7 };

/**
 * Makes the search attributes of batch workflows known; without the first no batch can be started, without
 * the second none together with others. Safe to repeat. (The server's own flag for it is ignored once its
 * database file exists.)
 */
export async function registerSearchAttributes(
  address: string,
  namespace: string,
  security: TemporalSecurity = {},
): Promise<void> {
  const connection = await Connection.connect({ address, ...security });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    const searchAttributes = Object.fromEntries(
      Object.entries(attributes).filter(([name]) => customAttributes[name] === undefined),
    );
    if (Object.keys(searchAttributes).length === 0) return;
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } finally {
    await connection.close();
  }
}

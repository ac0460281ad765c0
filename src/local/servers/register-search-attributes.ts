import { Connection } from '@temporalio/client';
import { batchIdsAttribute, batchStatusAttribute } from '../../domain/search-attribute.ts';
import type { TemporalSecurity } from '../../temporal/connection.ts';

/** Temporal's INDEXED_VALUE_TYPE_KEYWORD and …_KEYWORD_LIST. The client package does not export these enums. */
const attributes = { [batchStatusAttribute]: 2, [batchIdsAttribute]: 7 };

/**
 * Registers the search attributes of batch workflows. Without the first, no batch can be started; without the
 * second, batches cannot share runs. It is safe to repeat. (The server's own flag for search attributes is ignored
 * once its database file exists.)
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

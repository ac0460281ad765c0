export interface Stack {
  baseUrl: string;
  apiKey: string;
  /** The first admin, as it was created; the password may have been changed since. */
  admin: { email: string; password: string };
  temporalUiUrl: string;
  databaseUrl: string;
  /** Where the password of the embedded PostgreSQL is; undefined for a server of one's own. */
  passwordFile: string | undefined;
  redisUrl: string | undefined;
  dataDir: string;
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}

/** What someone who has just started the stack needs to use it. */
export function describeStack(stack: Stack): string {
  const { baseUrl, apiKey, dataDir } = stack;
  const today = new Date().toISOString().slice(0, 10);
  const example = {
    transactions: [
      {
        transaction_id: 't-1',
        account_id: 'acc-1',
        amount: '-42.10',
        currency: 'USD',
        date: today,
        merchant_name: 'WALMART 123',
      },
    ],
  };
  return `
Tallyflow is running.

  Console        ${baseUrl}/admin
  API            ${baseUrl}
  Documentation  ${baseUrl}/docs
  Temporal UI    ${stack.temporalUiUrl}
  PostgreSQL     ${withoutPassword(stack.databaseUrl)}${stack.passwordFile ? ` (password in ${stack.passwordFile})` : ''}
  Redis          ${stack.redisUrl ? withoutPassword(stack.redisUrl) : 'none: caches in the memory of each process'}
  API key        ${apiKey}
  First admin    ${stack.admin.email}, password ${stack.admin.password}
  Logs           ${dataDir}/logs

  curl -sS ${baseUrl}/api/integrations/transactions/ \\
    -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' \\
    -d '${JSON.stringify(example)}'

Ctrl-C stops everything; the next start goes on with the same data.`;
}

import { createDocument } from 'zod-openapi';
import { adminPaths } from './admin/openapi.ts';
import { batchPaths } from './batches/openapi.ts';
import { operationPaths } from './operations/openapi.ts';
import { reportPaths } from './reports/openapi.ts';
import { transactionPaths } from './transactions/openapi.ts';

/** OpenAPI 3.1, made of the schemas that validate. */
export const openApiDocument = createDocument({
  openapi: '3.1.1',
  info: {
    title: 'Tallyflow',
    version: '1',
    description:
      'Captures batches of financial transactions, categorizes them durably, and reports on them to the cent. Money is an exact decimal string; errors are RFC 9457 problem details.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{ apiKey: [] }, { session: [] }],
  paths: { ...transactionPaths, ...batchPaths, ...reportPaths, ...adminPaths, ...operationPaths },
  components: {
    securitySchemes: {
      apiKey: {
        type: 'http',
        scheme: 'bearer',
        description: 'An API key with the scope that the operation needs.',
      },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'tallyflow_session',
        description:
          'A console session, for everything under /api/admin. Everything except GET and HEAD also requires its csrf_token as X-CSRF-Token.',
      },
    },
  },
});

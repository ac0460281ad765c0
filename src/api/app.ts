import Router from '@koa/router';
import Koa from 'koa';
import { PatternCache } from '../cache/pattern-cache.ts';
import { ReportCache } from '../cache/report-cache.ts';
import type { Config } from '../config.ts';
import { findLiveApiKeys } from '../db/api-keys/list-api-keys.ts';
import { releaseName } from '../version.ts';
import { adminRoutes } from './admin/routes.ts';
import { createDatabaseSlots } from './admission/database-slots.ts';
import { ApiKeys } from './api-keys.ts';
import { batchRoutes } from './batches/routes.ts';
import type { ConsoleErrorReports } from './console/add-error-reports.ts';
import { consoleRoutes } from './console/routes.ts';
import type { ApiDependencies, ApiState } from './context.ts';
import { CredentialWatch } from './credential-watch.ts';
import { accessLog } from './middleware/access-log.ts';
import { drainBody } from './middleware/drain-body.ts';
import { exactAllow } from './middleware/exact-allow.ts';
import { createGuard } from './middleware/guard.ts';
import { problemDetails } from './middleware/problem-details.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { traceRequest } from './middleware/trace-request.ts';
import { docsRoutes } from './operations/docs.ts';
import { operationRoutes } from './operations/routes.ts';
import { RateLimit } from './rate-limit/rate-limit.ts';
import { staticFilesLimit } from './rate-limit/static-files-limit.ts';
import { UnauthenticatedLimit } from './rate-limit/unauthenticated-limit.ts';
import { reportRoutes } from './reports/routes.ts';
import { measureIngest } from './transactions/measure-ingest.ts';
import { transactionRoutes } from './transactions/routes.ts';

/** The HTTP side of Tallyflow, as docs and OpenAPI describe it. */
export function createApp(dependencies: ApiDependencies): Koa<ApiState> {
  const { config, database, cache, counts, logger } = dependencies;
  const apiKeys = new ApiKeys(database);
  const unauthenticated = new UnauthenticatedLimit(config.UNAUTHENTICATED_PER_MINUTE, counts);
  const perKey = new RateLimit('per-key', config.RATE_LIMIT_PER_MINUTE, counts);
  const keyWatch = new CredentialWatch((ids) => findLiveApiKeys(database, ids));
  const guard = createGuard({ apiKeys, keyWatch, unauthenticated, limit: perKey });
  const slots = createDatabaseSlots(config);
  const reports = new ReportCache(cache);
  const patterns = new PatternCache(cache);

  const errorReports = consoleErrorReports(config);

  const app = new Koa<ApiState>();
  app.silent = true;
  // Koa counts the addresses of X-Forwarded-For from the right.
  app.proxy = config.TRUSTED_PROXY_HOPS > 0;
  app.maxIpsCount = config.TRUSTED_PROXY_HOPS;
  app.on('error', (error: unknown) => logger.debug({ err: error }, 'connection error'));

  app.use(drainBody);
  app.use(securityHeaders(errorReports === null ? null : new URL(errorReports.dsn).origin));
  app.use(traceRequest);
  app.use(requestId);
  app.use(accessLog(logger, dependencies.drained));
  app.use(measureIngest);
  app.use(problemDetails());
  app.use(exactAllow);
  app.use(staticFilesLimit(counts));
  for (const part of [
    reportRoutes(dependencies, reports, guard, slots),
    transactionRoutes(dependencies, guard, keyWatch),
    batchRoutes(dependencies, guard, slots),
    operationRoutes(dependencies),
    docsRoutes(),
    consoleRoutes(errorReports),
    adminRoutes(dependencies, {
      guard,
      slots,
      unauthenticated,
      apiKeys,
      keyWatch,
      reports,
      patterns,
    }),
  ]) {
    app.use(part.routes());
  }
  app.use(new Router<ApiState>().allowedMethods());
  return app;
}

function consoleErrorReports(config: Config): ConsoleErrorReports | null {
  const { SENTRY_CONSOLE_DSN: dsn, SENTRY_ENVIRONMENT: environment, RELEASE_COMMIT } = config;
  return dsn === undefined ? null : { dsn, environment, release: releaseName(RELEASE_COMMIT) };
}

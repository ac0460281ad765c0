import Router from '@koa/router';
import type { PatternCache } from '../../cache/pattern-cache.ts';
import type { ReportCache } from '../../cache/report-cache.ts';
import { CategorizerChain } from '../../categorization/chain/categorizer-chain.ts';
import { CurrentKnowledge } from '../../categorization/current-knowledge.ts';
import { CurrentPatterns } from '../../categorization/current-patterns.ts';
import { findLiveSessions } from '../../db/admins/admin-sessions.ts';
import { createListenForChanges } from '../../db/audit/listen-for-changes.ts';
import { reportError } from '../../error-reports/report-error.ts';
import type { DatabaseSlots } from '../admission/database-slots.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiDependencies, ApiState } from '../context.ts';
import { CredentialWatch } from '../credential-watch.ts';
import type { Guard } from '../middleware/guard.ts';
import type { UnauthenticatedLimit } from '../rate-limit/unauthenticated-limit.ts';
import { accountRoutes } from './accounts/routes.ts';
import type { AdminDependencies } from './admin-context.ts';
import { createAllow } from './allow.ts';
import { apiKeyRoutes } from './api-keys/routes.ts';
import { auditLogRoutes } from './audit-log/routes.ts';
import { adminBatchRoutes } from './batches/routes.ts';
import { removeCategoryRoutes } from './categories/remove-routes.ts';
import { categoryRoutes } from './categories/routes.ts';
import { categorizerRoutes } from './categorizers/routes.ts';
import { bulkPatternRoutes } from './category-patterns/bulk-routes.ts';
import { patternEffectRoutes } from './category-patterns/effect-routes.ts';
import { categoryPatternRoutes } from './category-patterns/routes.ts';
import { createChangeCategories } from './change-categories.ts';
import { dashboardRoutes } from './dashboard/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { ExportFiles } from './exports/export-files.ts';
import { evaluationRoutes } from './learning/evaluation-routes.ts';
import { sampleRoutes } from './learning/sample-routes.ts';
import { trainingRoutes } from './learning/training-routes.ts';
import { recategorizationRoutes } from './recategorizations/routes.ts';
import { ownSessionRoutes } from './session/own-session-routes.ts';
import { sessionRoutes } from './session/routes.ts';
import { secondFactorRoutes } from './session/second-factor-routes.ts';
import { SignInAttempts } from './session/sign-in-attempts.ts';
import { suggestionRoutes } from './suggestions/routes.ts';
import { systemRoutes } from './system/routes.ts';
import { transactionExplanationRoutes } from './transactions/explanation-routes.ts';
import { adminTransactionRoutes } from './transactions/routes.ts';
import { uncategorizedGroupRoutes } from './uncategorized-groups/routes.ts';
import { userRoutes } from './users/routes.ts';

interface AdminParts {
  guard: Guard;
  slots: DatabaseSlots;
  unauthenticated: UnauthenticatedLimit;
  apiKeys: ApiKeys;
  keyWatch: CredentialWatch;
  reports: ReportCache;
  patterns: PatternCache;
}

/** Everything under /api/admin. */
export function adminRoutes(
  dependencies: ApiDependencies,
  { guard, slots, unauthenticated, apiKeys, keyWatch, reports, patterns }: AdminParts,
): Router<ApiState> {
  const { database, readDatabase, logger } = dependencies;
  const currentPatterns = new CurrentPatterns(readDatabase, patterns);
  const sessionWatch = new CredentialWatch((ids) => findLiveSessions(database, ids));
  const admin: AdminDependencies = {
    ...dependencies,
    allow: createAllow({ ...dependencies, guard, sessionWatch, unauthenticated, slots }),
    slots,
    unauthenticated,
    signInAttempts: new SignInAttempts(
      dependencies.database,
      dependencies.counts,
      dependencies.logger,
    ),
    exportFiles: new ExportFiles(
      dependencies.database,
      dependencies.logger,
      dependencies.counts,
      dependencies.config,
    ),
    apiKeys,
    keyWatch,
    sessionWatch,
    reports,
    patterns,
    changeCategories: createChangeCategories(patterns, reports),
    currentPatterns,
    chain: new CategorizerChain(
      new CurrentKnowledge(readDatabase, currentPatterns, (error) => {
        logger.error({ err: error }, 'what was learned is not used');
        reportError(error);
      }),
    ),
    listenForChanges: createListenForChanges(
      dependencies.config.DATABASE_URL,
      dependencies.logger,
      dependencies.stopping,
    ),
  };
  const router = new Router<ApiState>();
  for (const part of [
    categoryRoutes(admin),
    removeCategoryRoutes(admin),
    categoryPatternRoutes(admin),
    patternEffectRoutes(admin),
    bulkPatternRoutes(admin),
    categorizerRoutes(admin),
    adminTransactionRoutes(admin),
    transactionExplanationRoutes(admin),
    adminBatchRoutes(admin),
    apiKeyRoutes(admin),
    sessionRoutes(admin),
    secondFactorRoutes(admin),
    ownSessionRoutes(admin),
    userRoutes(admin),
    auditLogRoutes(admin),
    eventRoutes(admin),
    dashboardRoutes(admin),
    uncategorizedGroupRoutes(admin),
    accountRoutes(admin),
    recategorizationRoutes(admin),
    suggestionRoutes(admin),
    trainingRoutes(admin),
    evaluationRoutes(admin),
    sampleRoutes(admin),
    systemRoutes(admin),
  ]) {
    router.use(part.routes());
  }
  return router;
}

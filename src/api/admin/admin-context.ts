import type { PatternCache } from '../../cache/pattern-cache.ts';
import type { ReportCache } from '../../cache/report-cache.ts';
import type { CategorizerChain } from '../../categorization/chain/categorizer-chain.ts';
import type { CurrentPatterns } from '../../categorization/current-patterns.ts';
import type { ListenForChanges } from '../../db/audit/listen-for-changes.ts';
import type { DatabaseSlots } from '../admission/database-slots.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiDependencies } from '../context.ts';
import type { CredentialWatch } from '../credential-watch.ts';
import type { UnauthenticatedLimit } from '../rate-limit/unauthenticated-limit.ts';
import type { Allow } from './allow.ts';
import type { ChangeCategories } from './change-categories.ts';
import type { ExportFiles } from './exports/export-files.ts';
import type { SignInAttempts } from './session/sign-in-attempts.ts';

/** The dependencies of the admin routes. */
export interface AdminDependencies extends ApiDependencies {
  /** Comes first on every route, and admits those who may act in the role. */
  allow: Allow;
  /** Slots that routes hold themselves, beside those that allow() holds for them. */
  slots: DatabaseSlots;
  unauthenticated: UnauthenticatedLimit;
  signInAttempts: SignInAttempts;
  exportFiles: ExportFiles;
  apiKeys: ApiKeys;
  keyWatch: CredentialWatch;
  sessionWatch: CredentialWatch;
  reports: ReportCache;
  patterns: PatternCache;
  changeCategories: ChangeCategories;
  currentPatterns: CurrentPatterns;
  chain: CategorizerChain;
  listenForChanges: ListenForChanges;
}

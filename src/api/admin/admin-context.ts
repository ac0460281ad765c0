import type { PatternCache } from '../../cache/pattern-cache.ts';
import type { ReportCache } from '../../cache/report-cache.ts';
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

/** What the admin's routes work with. */
export interface AdminDependencies extends ApiDependencies {
  /** Comes first on every route: lets pass who may act in the role. */
  allow: Allow;
  /** What routes take themselves, beside what allow() takes for them. */
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
  listenForChanges: ListenForChanges;
}

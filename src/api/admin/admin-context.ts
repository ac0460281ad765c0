import type { Middleware } from 'koa';
import type { ReportCache } from '../../cache/report-cache.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { ApiDependencies, ApiState } from '../context.ts';
import type { ChangeCategories } from './change-categories.ts';

/** What the admin's routes work with. */
export interface AdminDependencies extends ApiDependencies {
  /** Comes first on every route: lets pass who may administer. */
  mayAdminister: Middleware<ApiState>;
  apiKeys: ApiKeys;
  reports: ReportCache;
  changeCategories: ChangeCategories;
}

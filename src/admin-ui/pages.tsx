import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { consoleResources, type ResourceName } from './resources.tsx';

type Page = LazyExoticComponent<ComponentType> & { load: () => Promise<unknown> };

/** Each page is a separate file for the browser, loaded when it is first opened. */
function page<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): Page {
  return Object.assign(
    lazy(async () => ({ default: (await load())[name] })),
    { load },
  );
}

const transactionList = page(
  () => import('./pages/transactions/transaction-list.tsx'),
  'TransactionList',
);

/** The pages of each resource; where `show` is the list's own component, the list shows the entry in a drawer. */
export const consolePages: Record<ResourceName, { list: Page; show?: Page }> = {
  dashboard: { list: page(() => import('./pages/dashboard/dashboard.tsx'), 'Dashboard') },
  'uncategorized-groups': {
    list: page(
      () => import('./pages/uncategorized-groups/uncategorized-groups.tsx'),
      'UncategorizedGroups',
    ),
  },
  categories: {
    list: page(() => import('./pages/categories/category-list.tsx'), 'CategoryList'),
    show: page(() => import('./pages/categories/category-show.tsx'), 'CategoryShow'),
  },
  'category-patterns': {
    list: page(() => import('./pages/category-patterns/pattern-list.tsx'), 'PatternList'),
  },
  'confirm-decisions': {
    list: page(() => import('./pages/confirm-decisions/confirm-decisions.tsx'), 'ConfirmDecisions'),
  },
  categorizers: {
    list: page(() => import('./pages/categorizers/categorizers.tsx'), 'Categorizers'),
  },
  evaluation: { list: page(() => import('./pages/evaluation/evaluation.tsx'), 'Evaluation') },
  recategorizations: {
    list: page(
      () => import('./pages/recategorizations/recategorization-list.tsx'),
      'RecategorizationList',
    ),
  },
  'pattern-tester': {
    list: page(() => import('./pages/pattern-tester/pattern-tester.tsx'), 'PatternTester'),
  },
  transactions: { list: transactionList, show: transactionList },
  accounts: {
    list: page(() => import('./pages/accounts/account-list.tsx'), 'AccountList'),
    show: page(() => import('./pages/accounts/account-show.tsx'), 'AccountShow'),
  },
  batches: {
    list: page(() => import('./pages/batches/batch-list.tsx'), 'BatchList'),
    show: page(() => import('./pages/batches/batch-show.tsx'), 'BatchShow'),
  },
  'api-keys': { list: page(() => import('./pages/api-keys/api-key-list.tsx'), 'ApiKeyList') },
  users: { list: page(() => import('./pages/users/user-list.tsx'), 'UserList') },
  'audit-log': { list: page(() => import('./pages/audit-log/audit-log.tsx'), 'AuditLog') },
  system: { list: page(() => import('./pages/system/system.tsx'), 'System') },
};

export const notFoundPage = page(() => import('./pages/not-found/not-found.tsx'), 'NotFound');
export const signInPage = page(() => import('./pages/sign-in/sign-in.tsx'), 'SignIn');
export const acceptInvitationPage = page(
  () => import('./pages/accept-invitation/accept-invitation.tsx'),
  'AcceptInvitation',
);
export const requiredSecondFactor = page(
  () => import('./sign-in/required-second-factor.tsx'),
  'RequiredSecondFactor',
);

const loadLayout = () => import('./layout/console-layout.tsx');
export const consoleLayout = lazy(async () => ({ default: (await loadLayout()).ConsoleLayout }));

/**
 * Fetches the code of the layout and of a page while the API is still asked who is signed in. Code that
 * fails to load here is fetched again, and reported, where it is shown.
 */
export function loadAhead(pathBelowBase: string): void {
  const [path = '', id = ''] = pathBelowBase.split('/');
  const resource = consoleResources.find((one) => one.path === path);
  const pages = resource && consolePages[resource.name];
  const shown = id === '' ? pages?.list : pages?.show;
  void Promise.allSettled([loadLayout(), shown?.load()]);
}

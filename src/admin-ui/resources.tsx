import {
  ApiOutlined,
  BankOutlined,
  CloudServerOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  FilterOutlined,
  HistoryOutlined,
  InboxOutlined,
  QuestionCircleOutlined,
  SwapOutlined,
  TagsOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { ResourceProps } from '@refinedev/core';
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from 'react';

type Page = LazyExoticComponent<ComponentType> & { load: () => Promise<unknown> };

/** A thing of the console: its entry in the navigation, and its pages. */
export interface ConsoleResource {
  /** The folder of the API that Refine asks. */
  name: string;
  /** The first part of its address; '' is the start page. */
  path: string;
  label: string;
  icon: ReactNode;
  /** Of the navigation. */
  group: 'Overview' | 'Categorization' | 'Data' | 'System';
  list: Page;
  /** At `<path>/:id`; where it is the list's own component, the list shows the entry in a drawer. */
  show?: Page;
  /** Of `show`, where it is not ':id'. */
  showPath?: string;
}

/** Each page is a file of its own for the browser, loaded when it is first opened. */
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

export const consoleResources: ConsoleResource[] = [
  {
    name: 'dashboard',
    path: '',
    label: 'Dashboard',
    icon: <DashboardOutlined />,
    group: 'Overview',
    list: page(() => import('./pages/dashboard/dashboard.tsx'), 'Dashboard'),
  },
  {
    name: 'uncategorized-groups',
    path: 'uncategorized-groups',
    label: 'Uncategorized',
    icon: <QuestionCircleOutlined />,
    group: 'Categorization',
    list: page(
      () => import('./pages/uncategorized-groups/uncategorized-groups.tsx'),
      'UncategorizedGroups',
    ),
  },
  {
    name: 'categories',
    path: 'categories',
    label: 'Categories',
    icon: <TagsOutlined />,
    group: 'Categorization',
    list: page(() => import('./pages/categories/category-list.tsx'), 'CategoryList'),
    show: page(() => import('./pages/categories/category-show.tsx'), 'CategoryShow'),
  },
  {
    name: 'category-patterns',
    path: 'category-patterns',
    label: 'Patterns',
    icon: <FilterOutlined />,
    group: 'Categorization',
    list: page(() => import('./pages/category-patterns/pattern-list.tsx'), 'PatternList'),
  },
  {
    name: 'recategorizations',
    path: 'recategorizations',
    label: 'Apply to history',
    icon: <HistoryOutlined />,
    group: 'Categorization',
    list: page(
      () => import('./pages/recategorizations/recategorization-list.tsx'),
      'RecategorizationList',
    ),
  },
  {
    name: 'pattern-tester',
    path: 'pattern-tester',
    label: 'Try a text',
    icon: <ExperimentOutlined />,
    group: 'Categorization',
    list: page(() => import('./pages/pattern-tester/pattern-tester.tsx'), 'PatternTester'),
  },
  {
    name: 'transactions',
    path: 'transactions',
    label: 'Transactions',
    icon: <SwapOutlined />,
    group: 'Data',
    list: transactionList,
    show: transactionList,
  },
  {
    name: 'accounts',
    path: 'accounts',
    label: 'Accounts',
    icon: <BankOutlined />,
    group: 'Data',
    list: page(() => import('./pages/accounts/account-list.tsx'), 'AccountList'),
    show: page(() => import('./pages/accounts/account-show.tsx'), 'AccountShow'),
    // Refine would decode an id once more, which is arbitrary text here.
    showPath: '*',
  },
  {
    name: 'batches',
    path: 'batches',
    label: 'Batches',
    icon: <InboxOutlined />,
    group: 'Data',
    list: page(() => import('./pages/batches/batch-list.tsx'), 'BatchList'),
    show: page(() => import('./pages/batches/batch-show.tsx'), 'BatchShow'),
  },
  {
    name: 'api-keys',
    path: 'api-keys',
    label: 'API keys',
    icon: <ApiOutlined />,
    group: 'System',
    list: page(() => import('./pages/api-keys/api-key-list.tsx'), 'ApiKeyList'),
  },
  {
    name: 'users',
    path: 'users',
    label: 'Users',
    icon: <TeamOutlined />,
    group: 'System',
    list: page(() => import('./pages/users/user-list.tsx'), 'UserList'),
  },
  {
    name: 'audit-log',
    path: 'audit-log',
    label: 'Audit log',
    icon: <HistoryOutlined />,
    group: 'System',
    list: page(() => import('./pages/audit-log/audit-log.tsx'), 'AuditLog'),
  },
  {
    name: 'system',
    path: 'system',
    label: 'System',
    icon: <CloudServerOutlined />,
    group: 'System',
    list: page(() => import('./pages/system/system.tsx'), 'System'),
  },
];

/** The same for Refine, whose hooks find paths and names by it. */
export const refineResources: ResourceProps[] = consoleResources.map(
  ({ name, path, label, show, showPath }) => ({
    name,
    list: `/${path}`,
    ...(show !== undefined && showPath === undefined && { show: `/${path}/:id` }),
    meta: { label },
  }),
);

export const notFoundPage = page(() => import('./pages/not-found/not-found.tsx'), 'NotFound');
export const signInPage = page(() => import('./pages/sign-in/sign-in.tsx'), 'SignIn');
export const acceptInvitationPage = page(
  () => import('./pages/accept-invitation/accept-invitation.tsx'),
  'AcceptInvitation',
);
export const requiredSecondFactor = page(
  () => import('./layout/required-second-factor.tsx'),
  'RequiredSecondFactor',
);

const loadLayout = () => import('./layout/console-layout.tsx');
export const consoleLayout = lazy(async () => ({ default: (await loadLayout()).ConsoleLayout }));

/**
 * Fetches the layout and the code of a page while the API is still asked who is signed in, instead of
 * one after the other. What cannot be fetched is asked for again, and complained of, where it is shown.
 */
export function loadAhead(pathBelowBase: string): void {
  const [path = '', id = ''] = pathBelowBase.split('/');
  const resource = consoleResources.find((one) => one.path === path);
  const shown = id === '' ? resource?.list : resource?.show;
  void Promise.allSettled([loadLayout(), shown?.load()]);
}

import {
  ApiOutlined,
  BankOutlined,
  CheckCircleOutlined,
  CloudServerOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  FilterOutlined,
  HistoryOutlined,
  InboxOutlined,
  LineChartOutlined,
  NodeIndexOutlined,
  QuestionCircleOutlined,
  SwapOutlined,
  TagsOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { ResourceProps } from '@refinedev/core';
import type { ReactNode } from 'react';

/** A resource of the console: its entry in the navigation, and its addresses. */
export interface ConsoleResource {
  /** The path below /api/admin, and the name that Refine uses. */
  name: string;
  /** The first part of its addresses; '' is the start page. */
  path: string;
  label: string;
  icon: ReactNode;
  /** Its group in the navigation. */
  group: 'Overview' | 'Categorization' | 'Data' | 'System';
  /** The address of an entry, below `path`; missing when entries have no page. */
  showPath?: ':id' | '*';
  /** The list shows an entry in a drawer. */
  isShownInList?: true;
}

const resources = [
  {
    name: 'dashboard',
    path: '',
    label: 'Dashboard',
    icon: <DashboardOutlined />,
    group: 'Overview',
  },
  {
    name: 'uncategorized-groups',
    path: 'uncategorized-groups',
    label: 'Uncategorized',
    icon: <QuestionCircleOutlined />,
    group: 'Categorization',
  },
  {
    name: 'confirm-decisions',
    path: 'confirm-decisions',
    label: 'Confirm decisions',
    icon: <CheckCircleOutlined />,
    group: 'Categorization',
  },
  {
    name: 'categories',
    path: 'categories',
    label: 'Categories',
    icon: <TagsOutlined />,
    group: 'Categorization',
    showPath: ':id',
  },
  {
    name: 'category-patterns',
    path: 'category-patterns',
    label: 'Patterns',
    icon: <FilterOutlined />,
    group: 'Categorization',
  },
  {
    name: 'categorizers',
    path: 'categorizers',
    label: 'Categorizers',
    icon: <NodeIndexOutlined />,
    group: 'Categorization',
  },
  {
    name: 'evaluation',
    path: 'evaluation',
    label: 'Evaluation',
    icon: <LineChartOutlined />,
    group: 'Categorization',
  },
  {
    name: 'recategorizations',
    path: 'recategorizations',
    label: 'Apply to history',
    icon: <HistoryOutlined />,
    group: 'Categorization',
  },
  {
    name: 'pattern-tester',
    path: 'pattern-tester',
    label: 'Pattern tester',
    icon: <ExperimentOutlined />,
    group: 'Categorization',
  },
  {
    name: 'transactions',
    path: 'transactions',
    label: 'Transactions',
    icon: <SwapOutlined />,
    group: 'Data',
    showPath: ':id',
    isShownInList: true,
  },
  {
    name: 'accounts',
    path: 'accounts',
    label: 'Accounts',
    icon: <BankOutlined />,
    group: 'Data',
    // Not `:id`, which Refine would decode once more: ids of accounts are arbitrary text.
    showPath: '*',
  },
  {
    name: 'batches',
    path: 'batches',
    label: 'Batches',
    icon: <InboxOutlined />,
    group: 'Data',
    showPath: ':id',
  },
  {
    name: 'api-keys',
    path: 'api-keys',
    label: 'API keys',
    icon: <ApiOutlined />,
    group: 'System',
  },
  {
    name: 'users',
    path: 'users',
    label: 'Users',
    icon: <TeamOutlined />,
    group: 'System',
  },
  {
    name: 'audit-log',
    path: 'audit-log',
    label: 'Audit log',
    icon: <HistoryOutlined />,
    group: 'System',
  },
  {
    name: 'system',
    path: 'system',
    label: 'System',
    icon: <CloudServerOutlined />,
    group: 'System',
  },
] as const satisfies readonly ConsoleResource[];

export type ResourceName = (typeof resources)[number]['name'];

export const consoleResources: readonly (ConsoleResource & { name: ResourceName })[] = resources;

/** The same resources for Refine, whose hooks look up paths and names in them. */
export const refineResources: ResourceProps[] = consoleResources.map(
  ({ name, path, label, showPath }) => ({
    name,
    list: `/${path}`,
    ...(showPath === ':id' && { show: `/${path}/:id` }),
    meta: { label },
  }),
);

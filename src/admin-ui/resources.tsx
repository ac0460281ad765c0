import {
  AppstoreOutlined,
  AuditOutlined,
  DashboardOutlined,
  InboxOutlined,
  QuestionCircleOutlined,
  SwapOutlined,
  TagsOutlined,
} from '@ant-design/icons';
import type { ResourceProps } from '@refinedev/core';
import { type ComponentType, lazy, type ReactNode } from 'react';

interface Page {
  name: string;
  label: string;
  icon: ReactNode;
  /** Below /admin. */
  path: string;
  /** Loaded when it is first opened. */
  Component: ComponentType;
}

/** All pages behind the sign-in, in the order of the menu. */
export const pages: Page[] = [
  {
    name: 'dashboard',
    label: 'Dashboard',
    icon: <DashboardOutlined />,
    path: '/',
    Component: lazy(() => import('./pages/dashboard.tsx')),
  },
  {
    name: 'categories',
    label: 'Categories',
    icon: <AppstoreOutlined />,
    path: '/categories',
    Component: lazy(() => import('./pages/categories.tsx')),
  },
  {
    name: 'category-patterns',
    label: 'Patterns',
    icon: <TagsOutlined />,
    path: '/patterns',
    Component: lazy(() => import('./pages/category-patterns.tsx')),
  },
  {
    name: 'uncategorized-groups',
    label: 'Uncategorized',
    icon: <QuestionCircleOutlined />,
    path: '/uncategorized',
    Component: lazy(() => import('./pages/uncategorized-groups.tsx')),
  },
  {
    name: 'transactions',
    label: 'Transactions',
    icon: <SwapOutlined />,
    path: '/transactions',
    Component: lazy(() => import('./pages/transactions.tsx')),
  },
  {
    name: 'batches',
    label: 'Batches',
    icon: <InboxOutlined />,
    path: '/batches',
    Component: lazy(() => import('./pages/batches.tsx')),
  },
  {
    name: 'audit-log',
    label: 'Audit log',
    icon: <AuditOutlined />,
    path: '/audit-log',
    Component: lazy(() => import('./pages/audit-log.tsx')),
  },
];

export const resources: ResourceProps[] = pages.map(({ name, label, icon, path }) => ({
  name,
  list: path,
  meta: { label, icon },
}));

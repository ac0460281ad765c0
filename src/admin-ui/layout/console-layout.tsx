import { MenuOutlined } from '@ant-design/icons';
import { usePermissions } from '@refinedev/core';
import { Button, Drawer, Flex, Grid, Layout } from 'antd';
import { type ReactNode, Suspense, useState } from 'react';
import { useLocation } from 'react-router';
import type { Role } from '../../domain/role.ts';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { PageSpinner } from '../components/page-spinner.tsx';
import { PaletteHost } from '../palette/palette-host.tsx';
import { SessionEnded } from '../sign-in/session-ended.tsx';
import { Brand } from './brand.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Navigation } from './navigation.tsx';
import { useScrollPosition } from './use-scroll-position.ts';
import { UserMenu } from './user-menu.tsx';

const siderWidth = 220;

export function ConsoleLayout({ children }: { children: ReactNode }) {
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [isOpen, setIsOpen] = useState(false);
  const { pathname } = useLocation();
  useScrollPosition();
  // Awaited before the page: what only some roles may do would otherwise appear late and push the rest aside.
  const { data: role } = usePermissions<Role | null>({});
  return (
    <Layout hasSider={isWide} style={{ minHeight: '100vh' }}>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      {isWide ? (
        <Layout.Sider
          width={siderWidth}
          style={{ position: 'sticky', top: 0, height: '100vh', overflow: 'auto' }}
        >
          <div style={{ padding: '16px 20px 12px' }}>
            <Brand />
          </div>
          <Navigation />
        </Layout.Sider>
      ) : (
        <Drawer
          placement="left"
          width={siderWidth + 40}
          open={isOpen}
          onClose={() => setIsOpen(false)}
          title={<Brand />}
          styles={{ body: { padding: '8px 0' } }}
        >
          <Navigation onNavigate={() => setIsOpen(false)} />
        </Drawer>
      )}
      <Layout>
        <ConnectionBanner />
        <Layout.Header>
          <Flex align="center" justify="space-between" style={{ height: '100%' }}>
            {isWide ? (
              <span />
            ) : (
              <Flex align="center" gap={8}>
                <Button
                  type="text"
                  icon={<MenuOutlined />}
                  aria-label="Open navigation"
                  onClick={() => setIsOpen(true)}
                />
                <Brand />
              </Flex>
            )}
            <Flex align="center" gap={8}>
              <PaletteHost />
              <UserMenu />
            </Flex>
          </Flex>
        </Layout.Header>
        <Layout.Content
          id="content"
          role="main"
          style={{
            padding: isWide ? '8px 32px 40px' : '8px 16px 32px',
            width: '100%',
            maxWidth: 1360,
            minWidth: 0,
          }}
        >
          <ErrorBoundary place={pathname}>
            <Suspense fallback={<PageSpinner />}>{role !== undefined && children}</Suspense>
          </ErrorBoundary>
        </Layout.Content>
      </Layout>
      <SessionEnded />
    </Layout>
  );
}

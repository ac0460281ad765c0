import { Authenticated, Refine } from '@refinedev/core';
import routerProvider, { NavigateToResource } from '@refinedev/react-router';
import { App as AntApp, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { accessControlProvider } from './providers/access-control-provider.ts';
import { authProvider } from './providers/auth-provider.ts';
import { dataProvider } from './providers/data-provider.ts';
import { useNotificationProvider } from './providers/use-notification-provider.ts';
import { pages, resources } from './resources.tsx';
import { Theme } from './theme.tsx';

const SignIn = lazy(() => import('./pages/sign-in.tsx'));
const Frame = lazy(() => import('./components/frame.tsx'));
const AcceptInvitation = lazy(() => import('./pages/accept-invitation.tsx'));

const loading = <Spin style={{ display: 'block', margin: '20vh auto' }} aria-label="Loading" />;

const behindSignIn = (
  <Authenticated key="pages" fallback={<SignIn />} loading={loading}>
    <Frame />
  </Authenticated>
);

/** The console: what is open to all, and what is behind the sign-in. */
export function App() {
  return (
    <BrowserRouter basename="/admin">
      <Theme>
        <AntApp>
          <Refine
            routerProvider={routerProvider}
            dataProvider={dataProvider}
            authProvider={authProvider}
            accessControlProvider={accessControlProvider}
            notificationProvider={useNotificationProvider}
            resources={resources}
            options={{
              syncWithLocation: true,
              disableTelemetry: true,
              title: { text: 'Tallyflow' },
            }}
          >
            <Suspense fallback={loading}>
              <Routes>
                <Route path="/sign-in" element={<SignIn />} />
                <Route path="/accept-invitation" element={<AcceptInvitation />} />
                <Route element={behindSignIn}>
                  {pages.map(({ path, Component }) => (
                    <Route key={path} path={path} element={<Component />} />
                  ))}
                  <Route path="*" element={<NavigateToResource resource="dashboard" />} />
                </Route>
              </Routes>
            </Suspense>
          </Refine>
        </AntApp>
      </Theme>
    </BrowserRouter>
  );
}

import { Authenticated, type DataProvider, Refine, useGetIdentity } from '@refinedev/core';
import routerProvider from '@refinedev/react-router';
import { Suspense } from 'react';
import {
  BrowserRouter,
  Navigate,
  Outlet,
  Route,
  Routes,
  useLocation,
  useSearchParams,
} from 'react-router';
import { ErrorBoundary } from './components/error-boundary.tsx';
import { PageSpinner } from './components/page-spinner.tsx';
import {
  acceptInvitationPage as AcceptInvitation,
  consoleLayout as ConsoleLayout,
  consolePages,
  notFoundPage as NotFound,
  requiredSecondFactor as RequiredSecondFactor,
  signInPage as SignIn,
} from './pages.tsx';
import { accessControlProvider } from './providers/access-control.ts';
import { auditLogProvider } from './providers/audit-log.ts';
import { authProvider, signInPath } from './providers/auth.ts';
import { dataProvider } from './providers/data.ts';
import { i18nProvider } from './providers/i18n.ts';
import { liveProvider } from './providers/live.ts';
import { useNotificationProvider } from './providers/notification.ts';
import { returnPath, signInFrom } from './providers/return-path.ts';
import type { SignedInUser } from './providers/session.ts';
import { consoleResources, refineResources } from './resources.tsx';
import { Themed } from './theme/themed.tsx';

/** How long an answer is shown again without asking the API, such as when the user goes back. */
const freshMs = 5_000;

const options = {
  syncWithLocation: true,
  liveMode: 'auto' as const,
  warnWhenUnsavedChanges: false,
  disableTelemetry: true,
  title: { text: 'Tallyflow' },
  reactQuery: {
    clientConfig: {
      defaultOptions: {
        // Sent even when the browser considers itself offline: only the server shows whether it is away.
        queries: {
          networkMode: 'always' as const,
          staleTime: freshMs,
          refetchOnWindowFocus: false,
          retry: shouldRetry,
        },
        mutations: { networkMode: 'always' as const },
      },
    },
  },
};

/** Retries once when the server may have been away for a moment, never what it has refused. */
function shouldRetry(failureCount: number, error: unknown): boolean {
  const { statusCode = 0 } = error as { statusCode?: number };
  return failureCount < 1 && (statusCode === 0 || statusCode >= 500);
}

/**
 * Fields show values from the address, so it must change at once: a transition would hand a date range
 * its former value again, which it would take for the newest choice.
 */
export function ConsoleApp() {
  return (
    <BrowserRouter basename="/admin" useTransitions={false}>
      <Themed>
        <ErrorBoundary>
          <Suspense fallback={<PageSpinner />}>
            <RefineApp />
          </Suspense>
        </ErrorBoundary>
      </Themed>
    </BrowserRouter>
  );
}

function RefineApp() {
  return (
    <Refine
      dataProvider={dataProvider as unknown as DataProvider}
      authProvider={authProvider}
      accessControlProvider={accessControlProvider}
      notificationProvider={useNotificationProvider}
      auditLogProvider={auditLogProvider}
      i18nProvider={i18nProvider}
      liveProvider={liveProvider}
      routerProvider={routerProvider}
      resources={refineResources}
      options={options}
    >
      <Routes>
        <Route
          path={signInPath}
          element={
            <Authenticated key="sign-in" fallback={<SignIn />}>
              <Return />
            </Authenticated>
          }
        />
        <Route path="/accept-invitation" element={<AcceptInvitation />} />
        <Route element={<SignedIn />}>
          {consoleResources.map(({ name, path, showPath, isShownInList }) => {
            const { list: List, show: Show } = consolePages[name];
            return (
              <Route key={name} path={`/${path}`}>
                {/* The same key lets a list stay as it is behind the drawer of an entry. */}
                <Route index element={<List key={name} />} />
                {showPath !== undefined && Show !== undefined && (
                  <Route
                    path={showPath}
                    element={<Show key={isShownInList ? name : `${name}-show`} />}
                  />
                )}
              </Route>
            );
          })}
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </Refine>
  );
}

/** Leads a user who is signed in to the page that they asked for. */
function Return() {
  const [query] = useSearchParams();
  return <Navigate to={returnPath(query)} replace />;
}

/** Every page but the sign-in, to which users who are not signed in go first. */
function SignedIn() {
  const { pathname, search } = useLocation();
  return (
    <Authenticated
      key="console"
      fallback={<Navigate to={signInFrom(pathname + search)} replace />}
      loading={<PageSpinner />}
    >
      <Admitted />
    </Authenticated>
  );
}

/** A user who must add a second factor first sees nothing else, and the API is asked for nothing else. */
function Admitted() {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  if (user == null) return <PageSpinner />;
  if (user.must_add_second_factor) return <RequiredSecondFactor />;
  return (
    <ConsoleLayout>
      <Outlet />
    </ConsoleLayout>
  );
}

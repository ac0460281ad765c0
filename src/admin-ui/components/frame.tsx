import { ThemedLayout } from '@refinedev/antd';
import { Spin } from 'antd';
import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Header } from './header.tsx';
import { Title } from './title.tsx';

/** What is around every page behind the sign-in: the menu, and who is signed in. */
// biome-ignore lint/style/noDefaultExport: it is loaded by React.lazy.
export default function Frame() {
  return (
    <ThemedLayout Title={Title} Header={Header}>
      <Suspense
        fallback={<Spin style={{ display: 'block', margin: '20vh auto' }} aria-label="Loading" />}
      >
        <Outlet />
      </Suspense>
    </ThemedLayout>
  );
}

import { ThemedLayout, ThemedSider } from '@refinedev/antd';
import { Grid, Spin } from 'antd';
import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Header } from './header.tsx';
import { Title } from './title.tsx';

/** The header has the way out, so the menu has pages only. */
const Sider = () => <ThemedSider Title={Title} render={({ items }) => items} />;

/** What is around every page behind the sign-in: the menu, and who is signed in. */
// biome-ignore lint/style/noDefaultExport: it is loaded by React.lazy.
export default function Frame() {
  const { lg = true } = Grid.useBreakpoint();
  return (
    <ThemedLayout Title={Title} Header={Header} Sider={Sider}>
      {/* On small screens the button of the menu floats over the top of the page. */}
      <div style={{ paddingTop: lg ? 0 : 44 }}>
        <Suspense
          fallback={<Spin style={{ display: 'block', margin: '20vh auto' }} aria-label="Loading" />}
        >
          <Outlet />
        </Suspense>
      </div>
    </ThemedLayout>
  );
}

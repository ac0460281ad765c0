import { Button } from 'antd';
import { Link, useLocation } from 'react-router';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';

/** An address that no page has: a mistake in it is told, not hidden. */
export function NotFound() {
  const { pathname } = useLocation();
  return (
    <Page title="There is no such page">
      <EmptyState title={pathname} detail="The address has no page, or no longer.">
        <Link to="/">
          <Button type="primary">To the dashboard</Button>
        </Link>
      </EmptyState>
    </Page>
  );
}

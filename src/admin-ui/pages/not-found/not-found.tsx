import { Button } from 'antd';
import { Link, useLocation } from 'react-router';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';

/** Shows the address itself, so that a mistake in it can be seen. */
export function NotFound() {
  const { pathname } = useLocation();
  return (
    <Page title="Page not found">
      <EmptyState title={pathname} detail="There is no page at this address.">
        <Link to="/">
          <Button type="primary">Go to dashboard</Button>
        </Link>
      </EmptyState>
    </Page>
  );
}

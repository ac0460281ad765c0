import { Typography } from 'antd';
import { Link } from 'react-router';

/** The name in the corner; leads to the dashboard. */
export function Title({ collapsed }: { collapsed: boolean }) {
  return (
    <Link to="/" aria-label="Tallyflow, to the dashboard">
      <Typography.Text strong style={{ fontSize: 18, letterSpacing: 0.2 }}>
        {collapsed ? 'T' : 'Tallyflow'}
      </Typography.Text>
    </Link>
  );
}

import { ReloadOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { DateTime } from '../../components/date-time.tsx';

interface FreshnessProps {
  overview: OverviewAnswer;
  isLoading: boolean;
  onRecalculate: () => void;
}

/** Says when the figures were calculated, since reports are cached for some minutes. */
export function Freshness({ overview, isLoading, onRecalculate }: FreshnessProps) {
  return (
    <Flex wrap gap={8} align="center">
      <Typography.Text type="secondary" role="status">
        Generated <DateTime value={overview.generated_at} />
        {overview.cached ? ', from the cache' : ', just now'}
      </Typography.Text>
      <Button size="small" icon={<ReloadOutlined />} loading={isLoading} onClick={onRecalculate}>
        Recalculate
      </Button>
    </Flex>
  );
}

import { ReloadOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { DateTime } from '../../components/date-time.tsx';

interface FreshnessProps {
  overview: OverviewAnswer;
  isRenewing: boolean;
  onRenew: () => void;
}

/** Of when the figures are, since reports are kept for some minutes. */
export function Freshness({ overview, isRenewing, onRenew }: FreshnessProps) {
  return (
    <Flex wrap gap={8} align="center">
      <Typography.Text type="secondary" role="status">
        Generated <DateTime value={overview.generated_at} />
        {overview.cached ? ', from the cache' : ', just now'}
      </Typography.Text>
      <Button size="small" icon={<ReloadOutlined />} loading={isRenewing} onClick={onRenew}>
        Compute anew
      </Button>
    </Flex>
  );
}

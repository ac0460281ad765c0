import { Flex, Typography } from 'antd';
import { formatPercent } from '../format/format-percent.ts';

interface PrecisionBarProps {
  share: number | null;
  /** Holds the true share in 95 of 100 cases. */
  interval?: readonly number[] | null;
}

/** A share as a bar. The lighter end of the bar is the interval that the true share lies in. */
export function PrecisionBar({ share, interval = null }: PrecisionBarProps) {
  if (share === null) return <span>–</span>;
  const [low = share, high = share] = interval ?? [];
  return (
    <Flex vertical gap={2} style={{ width: 150, maxWidth: '100%' }}>
      <span className="numeric">
        {formatPercent(share)}
        {interval !== null && (
          <Typography.Text type="secondary">
            {' '}
            ({formatPercent(low)}–{formatPercent(high)})
          </Typography.Text>
        )}
      </span>
      <div aria-hidden className="precision-bar">
        <div style={{ width: `${low * 100}%`, background: 'var(--ant-color-primary)' }} />
        <div
          style={{
            width: `${(high - low) * 100}%`,
            background: 'var(--ant-color-primary)',
            opacity: 0.4,
          }}
        />
        <div className="precision-bar-mark" style={{ left: `${share * 100}%` }} />
      </div>
    </Flex>
  );
}

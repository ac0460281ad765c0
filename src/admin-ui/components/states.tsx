import { Button, Flex, Skeleton, Typography } from 'antd';
import type { ReactNode } from 'react';

interface StateProps {
  title: string;
  detail?: ReactNode;
  children?: ReactNode;
}

/** Says that nothing is here, why, and what to do about it. */
export function EmptyState({ title, detail, children }: StateProps) {
  return (
    <Flex vertical align="center" gap={4} style={{ padding: '40px 16px', textAlign: 'center' }}>
      <Typography.Text strong>{title}</Typography.Text>
      {detail !== undefined && <Typography.Text type="secondary">{detail}</Typography.Text>}
      {children !== undefined && <div style={{ marginTop: 12 }}>{children}</div>}
    </Flex>
  );
}

interface ErrorStateProps {
  title?: string;
  detail?: string;
  action?: string;
  onRetry?: () => void;
}

/** Says that something could not be loaded, with the API's reason. */
export function ErrorState({
  title = 'Could not load the data',
  detail,
  action = 'Try again',
  onRetry,
}: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState title={title} detail={detail}>
        {onRetry !== undefined && <Button onClick={onRetry}>{action}</Button>}
      </EmptyState>
    </div>
  );
}

/** Takes about the space of the content, so that nothing jumps when it arrives. */
export function LoadingState({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy="true">
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

import { Button, Flex, Skeleton, Typography } from 'antd';
import type { ReactNode } from 'react';

interface StateProps {
  title: string;
  detail?: ReactNode;
  children?: ReactNode;
}

/** Nothing is here: why, and what one can do about it. */
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

/** It could not be loaded: in the API's words. */
export function ErrorState({
  title = 'This could not be loaded',
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

/** Of about the size of what comes, so that nothing jumps. */
export function LoadingState({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy="true">
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

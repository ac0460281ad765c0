import { Alert, Button, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';

interface CreatedKeyProps {
  apiKey: string;
  /** Says what to do next. */
  children?: ReactNode;
  onClose: () => void;
}

/** A new key, which the API returns only once. */
export function CreatedKey({ apiKey, children, onClose }: CreatedKeyProps) {
  return (
    <Flex vertical gap={16} align="start">
      <Alert
        type="warning"
        showIcon
        message="Copy the key now. You will not see it again."
        description={children}
      />
      <Typography.Text
        code
        copyable={{ tooltips: ['Copy', 'Copied'] }}
        style={{ wordBreak: 'break-all' }}
      >
        {apiKey}
      </Typography.Text>
      <Button type="primary" onClick={onClose}>
        I have copied it
      </Button>
    </Flex>
  );
}

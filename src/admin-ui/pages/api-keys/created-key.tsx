import { Alert, Button, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';

interface CreatedKeyProps {
  apiKey: string;
  /** What comes next. */
  children?: ReactNode;
  onClose: () => void;
}

/** A key that the API shows this once. */
export function CreatedKey({ apiKey, children, onClose }: CreatedKeyProps) {
  return (
    <Flex vertical gap={16} align="start">
      <Alert
        type="warning"
        showIcon
        message="Copy the key now. It is not shown again."
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

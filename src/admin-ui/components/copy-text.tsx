import { Typography } from 'antd';

/** An id with a button that copies it. */
export function CopyText({ text }: { text: string }) {
  return (
    <Typography.Text copyable={{ tooltips: ['Copy', 'Copied'] }} style={{ wordBreak: 'break-all' }}>
      {text}
    </Typography.Text>
  );
}

import { Typography } from 'antd';

/** An id, to be read and taken along. */
export function CopyText({ text }: { text: string }) {
  return (
    <Typography.Text copyable={{ tooltips: ['Copy', 'Copied'] }} style={{ wordBreak: 'break-all' }}>
      {text}
    </Typography.Text>
  );
}

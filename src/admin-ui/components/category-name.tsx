import { Flex, Typography } from 'antd';

/** A category as it is shown everywhere: its colour and its name. */
export function CategoryName({ name, color }: { name: string | null; color?: string | null }) {
  if (name === null) return <Typography.Text type="secondary">Uncategorized</Typography.Text>;
  return (
    <Flex component="span" align="center" gap={8} style={{ display: 'inline-flex' }}>
      {color && (
        <span
          aria-hidden
          style={{ width: 10, height: 10, borderRadius: 5, background: color, flex: 'none' }}
        />
      )}
      {name}
    </Flex>
  );
}

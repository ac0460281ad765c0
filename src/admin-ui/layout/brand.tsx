import { Flex, Typography } from 'antd';

export function Brand({ size = 24 }: { size?: number }) {
  return (
    <Flex align="center" gap={10}>
      <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={size} height={size} alt="" />
      <Typography.Text
        strong
        style={{ fontSize: Math.round(size * 0.7), letterSpacing: '-0.01em' }}
      >
        Tallyflow
      </Typography.Text>
    </Flex>
  );
}

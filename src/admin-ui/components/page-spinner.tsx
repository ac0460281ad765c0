import { Flex, Spin } from 'antd';

/** While a page's own code comes; quick ones show nothing at all. */
export function PageSpinner() {
  return (
    <Flex
      role="status"
      aria-label="Loading"
      align="center"
      justify="center"
      style={{ minHeight: '60vh' }}
    >
      <Spin delay={200} />
    </Flex>
  );
}

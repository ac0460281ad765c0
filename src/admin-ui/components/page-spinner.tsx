import { Flex, Spin } from 'antd';

/** Is shown while a page's code loads; when that is quick, nothing is shown. */
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

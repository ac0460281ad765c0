import { Flex, Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { useArrival } from '../hooks/use-arrival.ts';
import { Breadcrumb } from './breadcrumb.tsx';

interface PageProps {
  title: string;
  /** Stands before the heading, such as a category's colour. */
  mark?: ReactNode;
  subtitle?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
}

/** A page's heading, its main actions and its content. */
export function Page({ title, mark, subtitle, extra, children }: PageProps) {
  const heading = useArrival<HTMLElement>();
  useEffect(() => {
    document.title = `${title} · Tallyflow`;
  }, [title]);
  return (
    <>
      <Breadcrumb />
      <Flex wrap gap={12} align="center" justify="space-between" style={{ marginBottom: 20 }}>
        <div style={{ minWidth: 0 }}>
          <Flex align="center" gap={10}>
            {mark}
            <Typography.Title
              ref={heading}
              level={1}
              tabIndex={-1}
              style={{
                fontSize: 24,
                lineHeight: '32px',
                margin: 0,
                outline: 'none',
                overflowWrap: 'anywhere',
              }}
            >
              {title}
            </Typography.Title>
          </Flex>
          {subtitle !== undefined && <Typography.Text type="secondary">{subtitle}</Typography.Text>}
        </div>
        {extra !== undefined && (
          <Flex wrap gap={8}>
            {extra}
          </Flex>
        )}
      </Flex>
      {children}
    </>
  );
}

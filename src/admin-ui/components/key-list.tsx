import { Flex, Grid } from 'antd';

/** The keys of a page and what they do. Hidden on phones, which have none. */
export function KeyList({ keys }: { keys: readonly [keys: string[], does: string][] }) {
  const isPhone = Grid.useBreakpoint().sm === false;
  if (isPhone) return null;
  return (
    <Flex
      wrap
      gap="4px 16px"
      component="ul"
      className="plain-list"
      aria-label="Keys"
      style={{ marginBottom: 12 }}
    >
      {keys.map(([names, does]) => (
        <li key={does} style={{ color: 'var(--ant-color-text-secondary)' }}>
          {names.map((name) => (
            <kbd key={name} className="key" style={{ marginRight: 4 }}>
              {name}
            </kbd>
          ))}
          {does}
        </li>
      ))}
    </Flex>
  );
}

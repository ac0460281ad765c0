import { Link } from 'react-router';

export function ColorDot({ color, size = 12 }: { color: string; size?: number }) {
  return (
    <span
      aria-hidden
      style={{
        display: 'inline-block',
        flex: 'none',
        width: size,
        height: size,
        borderRadius: size / 3,
        background: color,
      }}
    />
  );
}

/** In place of the name of a category that is gone. */
export const deletedCategory = 'Deleted category';

interface CategoryMarkProps {
  id: number | null;
  name: string | null;
  color?: string | null;
  isLink?: boolean;
}

/** A category's colour stands beside its name, since text is not readable on every colour. */
export function CategoryMark({ id, name, color, isLink = false }: CategoryMarkProps) {
  if (id === null || name === null)
    return <span style={{ color: 'var(--ant-color-text-secondary)' }}>Uncategorized</span>;
  const content = (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <ColorDot color={color ?? 'var(--ant-color-border)'} />
      {name}
    </span>
  );
  return isLink ? <Link to={`/categories/${id}`}>{content}</Link> : content;
}

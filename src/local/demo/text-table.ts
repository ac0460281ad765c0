export interface Column {
  title: string;
  /** Numbers are easier to compare when they are aligned to the right. */
  align?: 'left' | 'right';
}

/** Formats a table for a terminal, with columns two spaces apart. */
export function formatTable(columns: Column[], rows: (string | number)[][]): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, index) =>
    Math.max(...cells.map((row) => (row[index] ?? '').length)),
  );
  return cells.map((row) =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [row[index] ?? '', widths[index] ?? 0];
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

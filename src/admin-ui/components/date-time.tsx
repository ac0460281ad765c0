const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment in the reader's own time zone; the exact one is in its title. */
export function DateTime({ value, none = '–' }: { value: string | null; none?: string }) {
  if (value === null) return <span>{none}</span>;
  return (
    <time dateTime={value} title={value} className="numeric">
      {format.format(new Date(value))}
    </time>
  );
}

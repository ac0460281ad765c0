interface MarkedTextProps {
  text: string;
  /** In UTF-16 code units, as the API gives it. */
  span: { start: number; end: number };
}

/** A text whose part that a pattern matches is highlighted. */
export function MarkedText({ text, span }: MarkedTextProps) {
  return (
    <span style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {text.slice(0, span.start)}
      <mark>{text.slice(span.start, span.end)}</mark>
      {text.slice(span.end)}
    </span>
  );
}

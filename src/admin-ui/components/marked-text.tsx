interface MarkedTextProps {
  text: string;
  /** By UTF-16 code units, as the API says it. */
  span: { start: number; end: number };
}

/** A text with the part of it highlighted that a pattern matches. */
export function MarkedText({ text, span }: MarkedTextProps) {
  return (
    <span style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {text.slice(0, span.start)}
      <mark>{text.slice(span.start, span.end)}</mark>
      {text.slice(span.end)}
    </span>
  );
}

export interface Bar {
  label: string;
  value: number;
  /** The text of the value. */
  text: string;
  isGood: boolean;
}

export interface BarChart {
  title: string;
  /** Explains the axis. */
  subtitle: string;
  bars: readonly Bar[];
  /** A line across all bars, such as a target. */
  mark: { value: number; text: string };
  /** Longer bars are cut off here. */
  max: number;
}

const width = 860;
const labelWidth = 350;
const valueWidth = 90;
const rowHeight = 22;
const top = 74;

/**
 * Draws horizontal bars as SVG. The chart has its own background, so that it is readable on light and dark pages, and
 * follows the reader's preference for dark mode.
 */
export function barChart({ title, subtitle, bars, mark, max }: BarChart): string {
  const height = top + bars.length * rowHeight + 14;
  const scale = (width - labelWidth - valueWidth) / max;
  const markX = labelWidth + mark.value * scale;
  const rows = bars.map(({ label, value, text, isGood }, index) => {
    const y = top + index * rowHeight;
    const length = Math.max(1, Math.min(value, max) * scale);
    return `  <text x="${labelWidth - 10}" y="${y + 13}" text-anchor="end">${escapeXml(label)}</text>
  <rect class="${isGood ? 'good' : 'bad'}" x="${labelWidth}" y="${y + 2}" width="${length.toFixed(1)}" height="15" rx="2"/>
  <text x="${width - valueWidth + 12}" y="${y + 13}">${escapeXml(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
  <style>
    svg { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --good: #2da44e; --bad: #cf222e; }
    @media (prefers-color-scheme: dark) {
      svg { --page: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --good: #3fb950; --bad: #f85149; }
    }
    .page { fill: var(--page); } .good { fill: var(--good); } .bad { fill: var(--bad); }
    text { font: 12px system-ui, sans-serif; fill: var(--ink); }
    .title { font-size: 16px; font-weight: 600; } .soft { fill: var(--soft); }
    line { stroke: var(--soft); stroke-dasharray: 4 3; }
  </style>
  <rect class="page" width="${width}" height="${height}" rx="8"/>
  <text class="title" x="16" y="26">${escapeXml(title)}</text>
  <text class="soft" x="16" y="46">${escapeXml(subtitle)}</text>
${rows.join('\n')}
  <line x1="${markX}" y1="${top - 4}" x2="${markX}" y2="${height - 10}"/>
  <text class="soft" x="${markX}" y="${top - 9}" text-anchor="middle">${escapeXml(mark.text)}</text>
</svg>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] as string);

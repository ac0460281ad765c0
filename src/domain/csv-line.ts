/** What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection"). */
const formulaStart = /^[=+\-@\t\r]/;
const number = /^-?\d+(?:\.\d+)?$/;
const needsQuotes = /[",\r\n]/;

/**
 * A line of CSV (RFC 4180) with its end. A text that a spreadsheet would run as a formula gets an
 * apostrophe in front; numbers stay as they are, with their minus sign.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

function toCell(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = formulaStart.test(text) && !number.test(text) ? `'${text}` : text;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

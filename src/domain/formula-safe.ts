/**
 * The beginning of a cell that a spreadsheet may compute (https://owasp.org/www-community/attacks/CSV_Injection):
 * full-width signs count as the plain ones, and white space before a sign is skipped. Apostrophes in front
 * are part of it, so that a text which looks like one that was made safe can be read back too.
 */
const formulaStart = /^'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;
const madeSafe = new RegExp(`^'(?=${formulaStart.source.slice(1)})`);

/** The text as a cell that no spreadsheet computes. Numbers of ours need none, and would become text by it. */
export const formulaSafe = (text: string): string => (formulaStart.test(text) ? `'${text}` : text);

/** The text of which formulaSafe made the cell. */
export const fromFormulaSafe = (cell: string): string => cell.replace(madeSafe, '');

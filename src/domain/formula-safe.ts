/**
 * What spreadsheets take for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection),
 * and what looks like it once made safe: so that each text has a cell of its own, and can be read back.
 */
const formulaStart = /^'*[=+\-@\t\r]/;
const madeSafe = /^'(?='*[=+\-@\t\r])/;

/** The text as a cell that no spreadsheet computes. Numbers of ours need none, and would become text by it. */
export const formulaSafe = (text: string): string => (formulaStart.test(text) ? `'${text}` : text);

/** The text of which formulaSafe made the cell. */
export const fromFormulaSafe = (cell: string): string => cell.replace(madeSafe, '');

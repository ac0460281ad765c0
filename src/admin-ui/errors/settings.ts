import type { ConsoleErrorReports } from '../../api/console/add-error-reports.ts';

const tag = document.querySelector<HTMLMetaElement>('meta[name="error-reports"]');

/** Where errors of the console go; null for nowhere. The API puts it into the document. */
export const errorReports: ConsoleErrorReports | null =
  tag === null ? null : JSON.parse(tag.content);

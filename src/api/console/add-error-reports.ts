import { createHash } from 'node:crypto';
import type { BuiltFile } from './read-built-file.ts';

/** Where the console's errors go, and what they say of this installation. */
export interface ConsoleErrorReports {
  dsn: string;
  environment: string;
  release: string;
}

/** The console's document with these settings, which it needs before it can ask the API for anything. */
export function addErrorReports(document: BuiltFile, settings: ConsoleErrorReports): BuiltFile {
  const content = JSON.stringify(settings).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const tag = `<meta name="error-reports" content="${content}" />`;
  const hash = createHash('sha256').update(tag).digest('base64url').slice(0, 12);
  return {
    ...document,
    bytes: Buffer.from(document.bytes.toString().replace('</head>', () => `${tag}</head>`)),
    etag: `${document.etag.slice(0, -1)}-${hash}"`,
  };
}

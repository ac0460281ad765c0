import { readFileSync } from 'node:fs';

const packageFile = new URL('../package.json', import.meta.url);

/** Of Tallyflow, as released. */
export const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

/** The release that runs, as errors name it; with its commit where that is known. */
export const releaseName = (commit: string | undefined): string =>
  `tallyflow@${version}${commit === undefined ? '' : `+${commit}`}`;

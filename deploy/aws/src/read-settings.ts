import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { z } from 'zod';

/** The settings in the file of `-c settings=…`. Throws an Error that names each setting that is not valid. */
export function readSettings<Schema extends z.ZodType>(app: App, schema: Schema): z.output<Schema> {
  const file: unknown = app.node.tryGetContext('settings');
  if (typeof file !== 'string') throw new Error('Name the file of settings: -c settings=<path>');
  const result = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (result.success) return result.data;
  throw new Error(`The settings in ${file} are not valid:\n${z.prettifyError(result.error)}`);
}

import path from 'node:path';
import { readSharedFile } from '../read-shared-file.ts';

export interface BuiltFile {
  bytes: Buffer;
  isGzip: boolean;
  etag: string;
}

/** Names that a build gives: no hidden file, no source map, and nothing outside of the folder. */
const builtName = /^(assets\/)?[\w-][\w.-]*(?<!\.map)$/;

/** A file of a build, compressed where the build did that and the client takes it; null where there is none. */
export async function readBuiltFile(
  root: string,
  name: string,
  takesGzip: boolean,
): Promise<BuiltFile | null> {
  if (!builtName.test(name)) return null;
  const file = path.join(root, name);
  const compressed = takesGzip ? await read(`${file}.gz`) : null;
  if (compressed !== null) return { ...compressed, isGzip: true };
  const plain = await read(file);
  return plain === null ? null : { ...plain, isGzip: false };
}

async function read(file: string): Promise<{ bytes: Buffer; etag: string } | null> {
  const found = await readSharedFile(file);
  if (found === null) return null;
  const { bytes, mtimeMs } = found;
  return { bytes, etag: `"${bytes.length.toString(36)}-${Math.round(mtimeMs).toString(36)}"` };
}

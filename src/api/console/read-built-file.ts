import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

export interface BuiltFile {
  bytes: Buffer;
  isGzip: boolean;
  etag: string;
}

/** Names that a build gives: no hidden file, and nothing outside of the folder. */
const builtName = /^(assets\/)?[\w-][\w.-]*$/;

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
  try {
    const [bytes, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
    return { bytes, etag: `"${bytes.length.toString(36)}-${Math.round(mtimeMs).toString(36)}"` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return null;
    throw error;
  }
}

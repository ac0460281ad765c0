import { readFile, stat } from 'node:fs/promises';

export interface SharedFile {
  bytes: Buffer;
  mtimeMs: number;
}

/** Files as they were last read. They are parts of a build, which has some megabytes. */
const files = new Map<string, SharedFile>();

/**
 * A file, read again only when it has changed: however many clients are slow to take it, they share one copy.
 * Null where there is none.
 */
export async function readSharedFile(path: string): Promise<SharedFile | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    const known = files.get(path);
    if (known?.mtimeMs === mtimeMs && known.bytes.length === size) return known;
    const read = { bytes: await readFile(path), mtimeMs };
    files.set(path, read);
    return read;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}

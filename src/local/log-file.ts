import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import path from 'node:path';

/** Enough to see why a process ended, and still fits a screen. */
const tailLines = 15;

/** Above this a log is set aside when its process starts, so that logs cannot fill the disk. */
const maxLogBytes = 10 * 1024 * 1024;

/** A child's output, in DATA_DIR/logs; the part written by this run of it can be read back. */
export interface LogFile {
  path: string;
  fd: number;
  text(): string;
  tail(): string;
  close(): void;
}

export function openLogFile(dataDir: string, name: string): LogFile {
  const file = path.join(dataDir, 'logs', `${name}.log`);
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a');
  const offset = statSync(file).size;
  const text = () => readFileSync(file).subarray(offset).toString('utf8');
  return {
    path: file,
    fd,
    text,
    tail: () => text().trimEnd().split('\n').slice(-tailLines).join('\n'),
    close: () => closeSync(fd),
  };
}

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

/** Enough to see why a process ended, and few enough to fit a screen. */
const tailLines = 15;

/** A larger log is renamed when its process starts, so that logs cannot fill the disk. */
const maxLogBytes = 10 * 1024 * 1024;

/** The output of a child in DATA_DIR/logs. Only the part written by this run is read back. */
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

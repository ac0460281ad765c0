import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A file in DATA_DIR/run for each process of this data directory. A start uses these to tell whether another start
 * is running, and to end processes that a killed start left running.
 */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** When the process started. It distinguishes the process from a later one with the same pid. */
  startedAt: string;
  stopSignal: NodeJS.Signals;
}

function startOfProcess(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    // The name in parentheses may contain anything, so the fields are counted after its end.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const hasEnded = fields[0] === 'Z';
    return hasEnded ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The name of the executable of a running process; undefined if there is no such process. */
export function processName(pid: number): string | undefined {
  if (startOfProcess(pid) === undefined) return undefined;
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  const command = execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  return path.basename(command.trim());
}

const recordFile = (dataDir: string, name: string) => path.join(dataDir, 'run', `${name}.json`);

export function recordProcess(
  dataDir: string,
  name: string,
  pid: number,
  stopSignal: NodeJS.Signals = 'SIGTERM',
): void {
  const startedAt = startOfProcess(pid);
  if (startedAt === undefined) return;
  const record: ProcessRecord = { name, pid, startedAt, stopSignal };
  mkdirSync(path.join(dataDir, 'run'), { recursive: true });
  writeFileSync(recordFile(dataDir, name), JSON.stringify(record));
}

export function forgetProcess(dataDir: string, name: string): void {
  rmSync(recordFile(dataDir, name), { force: true });
}

export function isAlive({ pid, startedAt }: ProcessRecord): boolean {
  return startOfProcess(pid) === startedAt;
}

function readRecord(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    // A process that died while it wrote its record leaves a partial file.
    return undefined;
  }
}

/** The processes recorded for this data directory, including dead ones. */
export function recordedProcesses(dataDir: string): ProcessRecord[] {
  const directory = path.join(dataDir, 'run');
  let files: string[];
  try {
    files = readdirSync(directory);
  } catch {
    return [];
  }
  return files
    .map((file) => readRecord(path.join(directory, file)))
    .filter((record) => record !== undefined);
}

export function livingProcesses(dataDir: string): ProcessRecord[] {
  return recordedProcesses(dataDir).filter(isAlive);
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Notes in DATA_DIR/run of which processes belong to this data directory, so that a start can tell a
 * living start from a dead one, and can end what a start that was killed hard left behind.
 */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** When the process began: tells it from a later one that happens to get the same pid. */
  startedAt: string;
  stopSignal: NodeJS.Signals;
}

function startOfProcess(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    // The name in parentheses may hold anything, so the fields are counted after its end.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const hasEnded = fields[0] === 'Z';
    return hasEnded ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The name of the executable of a running process; undefined when there is no such process. */
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
    // A record half written by a process that died then says nothing.
    return undefined;
  }
}

/** The processes recorded for this data directory, dead ones among them. */
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

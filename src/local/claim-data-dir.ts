import {
  forgetProcess,
  isAlive,
  type ProcessRecord,
  recordedProcesses,
  recordProcess,
} from './processes/process-record.ts';
import { waitUntil } from './processes/wait-until.ts';

const owner = 'start';

/** Longer than the 30 s in which a worker stops by itself. */
const orphanGraceMs = 40_000;

function signalProcess({ pid }: ProcessRecord, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended in the meantime.
  }
}

async function endOrphan(orphan: ProcessRecord, log: (message: string) => void): Promise<void> {
  signalProcess(orphan, orphan.stopSignal);
  await waitUntil(async () => !isAlive(orphan), {
    what: `waiting for ${orphan.name} of an earlier start to end`,
    timeoutMs: orphanGraceMs,
    log,
  }).catch(() => signalProcess(orphan, 'SIGKILL'));
}

/**
 * Reserves the data directory for this process, and ends processes that an earlier start left running. Throws if
 * another start is running. Returns a function that releases the directory.
 */
export async function claimDataDir(
  dataDir: string,
  log: (message: string) => void,
): Promise<() => void> {
  const records = recordedProcesses(dataDir);
  const other = records.find(
    (record) => record.name === owner && record.pid !== process.pid && isAlive(record),
  );
  if (other) {
    throw new Error(
      `Another start (process ${other.pid}) is running on ${dataDir}; stop it first, or set DATA_DIR and the ports to others.`,
    );
  }
  recordProcess(dataDir, owner, process.pid);
  const children = records.filter((record) => record.name !== owner);
  const orphans = children.filter(isAlive);
  if (orphans.length > 0) {
    log(
      `Ending processes that an earlier start left running: ${orphans.map(({ name }) => name).join(', ')}`,
    );
    await Promise.all(orphans.map((orphan) => endOrphan(orphan, log)));
  }
  for (const { name } of children) forgetProcess(dataDir, name);
  return () => forgetProcess(dataDir, owner);
}

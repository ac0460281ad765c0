import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const priority = constants.priority.PRIORITY_BELOW_NORMAL;

/**
 * Lets others go first where processors are shared. For a process that has just begun and leads a session
 * of its own: its threads inherit the priority. Between sessions, which each child and each connection of
 * PostgreSQL has of its own, most kernels of Linux share the processors evenly whatever their processes'
 * priorities are (sched(7), autogroups), and so the session gets the same.
 */
export function yieldProcessors(pid: number): void {
  try {
    setPriority(pid, priority);
    writeFileSync(`/proc/${pid}/autogroup`, String(priority));
  } catch {
    // It has ended, or the kernel has no such groups.
  }
}

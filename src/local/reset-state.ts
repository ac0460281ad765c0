import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Everything that a start stores. Nothing else is deleted: DATA_DIR may contain a Temporal binary, or be a wrong directory. */
const state =
  /^(postgres|postgres\.new|postgres-password|temporal\.db(-shm|-wal)?|redis|prometheus|jaeger|logs|api-key|admin-password)$/;

/** Deletes the databases, logs and secrets in the data directory. */
export async function resetState(dataDir: string): Promise<void> {
  const names = await readdir(dataDir);
  const doomed = names.filter((name) => state.test(name));
  await Promise.all(
    doomed.map((name) => rm(path.join(dataDir, name), { recursive: true, force: true })),
  );
}

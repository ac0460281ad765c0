/** What each server needs to start. */
export interface ServerStart {
  dataDir: string;
  port: number;
  log: (message: string) => void;
  signal?: AbortSignal | undefined;
}

/** What the start of any one server needs. */
export interface ServerStart {
  dataDir: string;
  port: number;
  log: (message: string) => void;
  signal?: AbortSignal | undefined;
}

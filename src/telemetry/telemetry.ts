/** What one kind of telemetry holds while the process runs. */
export interface Telemetry {
  /** Sends what is left, and stops. */
  shutdown(): Promise<void>;
}

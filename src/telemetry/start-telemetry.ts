import type { Telemetry } from './telemetry.ts';
import type { TelemetryOptions } from './telemetry-options.ts';

/** A server that is away, or slow, must not keep a process from ending. */
const maxShutdownMs = 1_500;

export interface ProcessTelemetry extends Telemetry {
  /** Takes each line of the log; null where none is sent. */
  forwardLine: ((line: string) => void) | null;
}

/**
 * Sets up what this process tells other systems. Each kind is imported only where it is configured: nobody pays, in
 * memory or at startup, for what is off. Call it before anything else, and `shutdown()` as the last step.
 *
 * @param onProblem told now and then, not each time, that something could not be sent
 */
export async function startTelemetry(
  options: TelemetryOptions,
  onProblem: (error: unknown) => void,
): Promise<ProcessTelemetry> {
  const started: Telemetry[] = [];
  let forwardLine: ProcessTelemetry['forwardLine'] = null;
  if (options.otlp !== null) {
    const { describeResource } = await import('./describe-resource.ts');
    const { startTraces } = await import('./start-traces.ts');
    const resource = describeResource(options.service);
    started.push(startTraces(options.otlp, resource, onProblem));
    const { logs, metrics } = options.otlp;
    if (logs) {
      const { startLogs } = await import('./start-logs.ts');
      const { writeLine, ...telemetry } = startLogs(options.otlp, resource);
      started.push(telemetry);
      forwardLine = writeLine;
    }
    if (metrics !== null) {
      const { startMetrics } = await import('./start-metrics.ts');
      started.push(startMetrics({ ...options.otlp, metrics }, resource));
    }
  }
  if (options.sentry !== null) {
    const { startErrorReports } = await import('./start-error-reports.ts');
    started.push(startErrorReports(options.sentry, options.service));
  }
  return {
    forwardLine,
    async shutdown() {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, maxShutdownMs);
      });
      const ended = Promise.allSettled(started.map((each) => each.shutdown()));
      await Promise.race([ended, timeout]);
      clearTimeout(timer);
    },
  };
}

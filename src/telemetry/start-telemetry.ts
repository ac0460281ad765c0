import type { Telemetry } from './telemetry.ts';
import type { TelemetryOptions } from './telemetry-options.ts';

/** A server that is away, or slow, must not keep a process from ending. */
const maxShutdownMs = 1_500;

/**
 * Sets up what this process tells other systems. Each kind is imported only where it is configured: nobody pays, in
 * memory or at startup, for what is off. Call it before anything else, and `shutdown()` as the last step.
 *
 * @param onProblem told now and then, not each time, that something could not be sent
 */
export async function startTelemetry(
  options: TelemetryOptions,
  onProblem: (error: unknown) => void,
): Promise<Telemetry> {
  const started: Telemetry[] = [];
  if (options.otlp !== null) {
    const { describeResource } = await import('./describe-resource.ts');
    const { startTraces } = await import('./start-traces.ts');
    const resource = describeResource(options.service);
    started.push(startTraces(options.otlp, resource, onProblem));
  }
  return {
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

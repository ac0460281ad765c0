import type { Child } from '../processes/child-process.ts';
import type { NamedPort } from '../processes/ports.ts';
import type { LocalSettings } from '../settings.ts';
import { findJaeger, startJaeger } from './jaeger-server.ts';
import { findPrometheus, startPrometheus } from './prometheus-server.ts';
import type { ServerStart } from './server-start.ts';
import { superviseServer } from './supervise-server.ts';

/** What watches the stack. */
export interface Observers {
  /** Undefined if it is not installed. */
  prometheusUrl: string | undefined;
  /** Its UI, and where it receives traces. Undefined if it is not installed, or if there is another receiver. */
  jaeger: { url: string; otlpUrl: string } | undefined;
  /** The receiver that the environment names. */
  otherReceiver: string | undefined;
  /** Resolves when an observer has been restarted too often. */
  failed: Promise<Error>;
}

export interface ObserversStart {
  settings: LocalSettings;
  ports: Record<string, number>;
  /** The address (`host:port`) that each job of Prometheus reads metrics from. */
  targets: Record<string, string>;
  /** Stops what was started. */
  stack: AsyncDisposableStack;
  log: (message: string) => void;
  signal: AbortSignal;
}

const host = '127.0.0.1';

function findObservers({ config }: LocalSettings) {
  return {
    prometheus: findPrometheus(),
    jaeger: config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? findJaeger() : undefined,
  };
}

/** The ports of the observers to start. Traces are received on any free port. */
export function observerPorts(settings: LocalSettings): NamedPort[] {
  const { prometheus, jaeger } = findObservers(settings);
  return [
    ...(prometheus ? [{ variable: 'PROMETHEUS_PORT', port: settings.prometheusPort, host }] : []),
    ...(jaeger
      ? [
          { variable: 'JAEGER_PORT', port: settings.jaegerPort, host },
          { variable: 'JAEGER_OTLP_PORT', port: 0, host },
        ]
      : []),
  ];
}

/** Starts Prometheus and Jaeger, as far as they are installed, and restarts them if they die. */
export async function startObservers(options: ObserversStart): Promise<Observers> {
  const { settings, ports, targets, stack, log, signal } = options;
  const failures: Promise<Error>[] = [];
  const start = async <Started extends { child: Child }>(
    name: string,
    portVariable: string,
    startServer: (common: ServerStart) => Promise<Started>,
  ): Promise<Started> => {
    const common = { dataDir: settings.dataDir, port: ports[portVariable] ?? 0, log, signal };
    const server = await superviseServer(name, common, startServer);
    stack.defer(() => server.stop());
    failures.push(server.failed);
    return server.started;
  };

  const { prometheus, jaeger } = findObservers(settings);
  const metrics = prometheus
    ? await start('Prometheus', 'PROMETHEUS_PORT', (common) =>
        startPrometheus({ ...common, binary: prometheus, targets }),
      )
    : undefined;
  const traces = jaeger
    ? await start('Jaeger', 'JAEGER_PORT', (common) =>
        startJaeger({ ...common, binary: jaeger, otlpPort: ports.JAEGER_OTLP_PORT ?? 0 }),
      )
    : undefined;
  return {
    prometheusUrl: metrics?.url,
    jaeger: traces,
    otherReceiver: settings.config.OTEL_EXPORTER_OTLP_ENDPOINT,
    failed: Promise.race(failures),
  };
}

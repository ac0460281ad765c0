import { randomUUID } from 'node:crypto';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { TelemetryOptions } from './telemetry-options.ts';

/** Who sends: the same for traces, metrics and logs of a process, so that they can be found together. */
export function describeResource({ name, version }: TelemetryOptions['service']): Resource {
  return resourceFromAttributes({
    'service.namespace': 'tallyflow',
    'service.name': name,
    'service.version': version,
    'service.instance.id': randomUUID(),
  });
}

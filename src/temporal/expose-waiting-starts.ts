import { Gauge } from 'prom-client';
import type { WorkflowStarter } from './workflow-starter.ts';

/** Exposes how many workflows of this process cannot be started. It is called once. */
export function exposeWaitingStarts(starter: WorkflowStarter): void {
  new Gauge({
    name: 'tallyflow_workflow_starts_waiting',
    help: 'Workflows that this process cannot start, since Temporal takes none. It keeps trying.',
    collect() {
      this.set(starter.delayedCount);
    },
  });
}

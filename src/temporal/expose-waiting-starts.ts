import { Gauge } from 'prom-client';
import type { WorkflowStarter } from './workflow-starter.ts';

/** Exposes how many workflows of this process wait for their start. It is called once. */
export function exposeWaitingStarts(starter: WorkflowStarter): void {
  new Gauge({
    name: 'tallyflow_workflow_starts_waiting',
    help: 'Workflows that this process has yet to start. They wait while Temporal is away.',
    collect() {
      this.set(starter.waitingCount);
    },
  });
}

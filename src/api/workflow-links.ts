import type { Config } from '../config.ts';

/** Where the Temporal UI is, and which namespace it shows. */
export interface WorkflowLinks {
  temporalUiUrl: string;
  namespace: string;
}

export const workflowLinks = (config: Config): WorkflowLinks => ({
  temporalUiUrl: config.TEMPORAL_UI_URL.replace(/\/$/, ''),
  namespace: config.TEMPORAL_NAMESPACE,
});

/** Of a run in the Temporal UI; of the workflow, where the run is not known yet. */
export function workflowUrl(
  { temporalUiUrl, namespace }: WorkflowLinks,
  workflowId: string,
  runId: string | null,
): string {
  const run = runId === null ? '' : `/${runId}/history`;
  return `${temporalUiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}${run}`;
}

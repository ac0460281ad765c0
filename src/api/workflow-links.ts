import type { Config } from '../config.ts';

/** The address of the Temporal UI, and the namespace that it shows. */
export interface WorkflowLinks {
  temporalUiUrl: string;
  namespace: string;
}

export const workflowLinks = (config: Config): WorkflowLinks => ({
  temporalUiUrl: config.TEMPORAL_UI_URL.replace(/\/$/, ''),
  namespace: config.TEMPORAL_NAMESPACE,
});

/** The link to a run in the Temporal UI, or to the workflow where the run is not known yet. */
export function workflowUrl(
  { temporalUiUrl, namespace }: WorkflowLinks,
  workflowId: string,
  runId: string | null,
): string {
  const run = runId === null ? '' : `/${runId}/history`;
  return `${temporalUiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}${run}`;
}

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Writes dist/workflow-bundle.js, so that a worker starts without a compiler. */
const target = new URL('../../dist/workflow-bundle.js', import.meta.url);

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('./index.ts', import.meta.url)),
  workflowInterceptorModules: [fileURLToPath(new URL('./trace-run.ts', import.meta.url))],
});
await mkdir(new URL('.', target), { recursive: true });
// The file is renamed once it is complete, since an interrupted build must not look newer than its sources.
const draft = new URL('workflow-bundle.draft.js', target);
await writeFile(draft, code);
await rename(draft, target);

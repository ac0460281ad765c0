import { describe, expect, it } from '@jest/globals';
import { sdkLogFields } from './sdk-log-fields.ts';
import { batchWorkflowId } from './start-batch-processing.ts';

const batchId = '01a2299b-a190-735f-b1bf-9920945014ba';

describe('sdkLogFields', () => {
  it('names the batch whose workflow it is', () => {
    const meta = { workflowId: batchWorkflowId(batchId), attempt: 2 };
    expect(sdkLogFields(meta)).toEqual({ sdk: meta, batch_id: batchId });
  });

  it.each([undefined, {}, { workflowId: `batches-${batchId}` }])('names none for %j', (meta) => {
    expect(sdkLogFields(meta)).toEqual({ sdk: meta ?? {} });
  });

  it('has its error as we log errors', () => {
    const error = new Error('x');
    expect(sdkLogFields({ attempt: 2, error })).toEqual({ sdk: { attempt: 2 }, err: error });
  });
});

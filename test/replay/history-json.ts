import { createRequire } from 'node:module';
import type { WorkflowHandle } from '@temporalio/client';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/**
 * Histories in the JSON that Temporal's other tools read and write, such as `temporal workflow show`.
 * The SDK's historyToJSON and historyFromJSON do the same, but recognize their type by a class of
 * protobufjs, and fail where npm has given each package of the SDK a copy of its own. Hence the
 * protobufjs of the package that made the type.
 */
const require = createRequire(import.meta.url);
const { toJson, fromJson } = createRequire(require.resolve('@temporalio/proto'))(
  'protobufjs/ext/protojson',
);
const historyType = require('@temporalio/proto').lookupType('temporal.api.history.v1.History');

export const historyToJson = (history: History): { events: { eventType: string }[] } =>
  toJson(historyType, historyType.fromObject(history));

export const historyFromJson = (json: unknown): History => fromJson(historyType, json);

import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

export type Attributes = Record<string, unknown>;

export interface ReceivedSpan {
  service: string;
  resource: Attributes;
  scope: string;
  name: string;
  kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  traceId: string;
  spanId: string;
  /** Empty for a root. */
  parentSpanId: string;
  attributes: Attributes;
  events: { name: string; attributes: Attributes }[];
  links: { traceId: string; spanId: string; attributes: Attributes }[];
  status: { code: 'unset' | 'ok' | 'error'; message: string };
  startMs: number;
  endMs: number;
}

export interface ReceivedLog {
  service: string;
  resource: Attributes;
  body: unknown;
  severityNumber: number;
  severityText: string;
  attributes: Attributes;
  /** Empty outside of a trace. */
  traceId: string;
  spanId: string;
  timeMs: number;
}

export interface ReceivedPoint {
  attributes: Attributes;
  startMs: number;
  timeMs: number;
  /** Of a gauge or a sum. */
  value: number;
  /** Of a histogram or a summary. */
  count: number;
  sum: number;
  bounds: number[];
  bucketCounts: number[];
}

export interface ReceivedMetric {
  service: string;
  resource: Attributes;
  name: string;
  unit: string;
  description: string;
  kind: 'gauge' | 'sum' | 'histogram' | 'summary';
  temporality: 'delta' | 'cumulative' | null;
  isMonotonic: boolean;
  points: ReceivedPoint[];
}

const root = protobuf.loadSync(fileURLToPath(new URL('../fixtures/otlp.proto', import.meta.url)));

// biome-ignore lint/suspicious/noExplicitAny: what a decoder returns has the shape of the .proto file.
type Decoded = any;

/** Absent fields have their defaults, 64-bit integers are strings, and ids are hexadecimal. */
function decode(message: string, body: Uint8Array): Decoded {
  const type = root.lookupType(message);
  return type.toObject(type.decode(body), { longs: String, arrays: true, defaults: true });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const toMs = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000n) / 1_000;

function readValue(value: Decoded): unknown {
  if (value === null || value === undefined) return null;
  if (Object.hasOwn(value, 'stringValue')) return value.stringValue;
  if (Object.hasOwn(value, 'boolValue')) return value.boolValue;
  if (Object.hasOwn(value, 'intValue')) return Number(value.intValue);
  if (Object.hasOwn(value, 'doubleValue')) return value.doubleValue;
  if (Object.hasOwn(value, 'arrayValue')) return value.arrayValue.values.map(readValue);
  if (Object.hasOwn(value, 'kvlistValue')) return readAttributes(value.kvlistValue.values);
  if (Object.hasOwn(value, 'bytesValue')) return Buffer.from(value.bytesValue);
  return null;
}

const readAttributes = (list: Decoded): Attributes =>
  Object.fromEntries(list.map(({ key, value }: Decoded) => [key, readValue(value)]));

function readResource({ resource }: Decoded): { service: string; resource: Attributes } {
  const attributes = readAttributes(resource?.attributes ?? []);
  return { service: String(attributes['service.name'] ?? ''), resource: attributes };
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusCodes = ['unset', 'ok', 'error'] as const;

export function decodeSpans(body: Uint8Array): ReceivedSpan[] {
  return decode('TraceRequest', body).resourceSpans.flatMap((group: Decoded) =>
    group.scopeSpans.flatMap(({ scope, spans }: Decoded) =>
      spans.map(
        (span: Decoded): ReceivedSpan => ({
          ...readResource(group),
          scope: scope?.name ?? '',
          name: span.name,
          kind: kinds[span.kind] ?? 'unspecified',
          traceId: hex(span.traceId),
          spanId: hex(span.spanId),
          parentSpanId: hex(span.parentSpanId),
          attributes: readAttributes(span.attributes),
          events: span.events.map(({ name, attributes }: Decoded) => ({
            name,
            attributes: readAttributes(attributes),
          })),
          links: span.links.map((link: Decoded) => ({
            traceId: hex(link.traceId),
            spanId: hex(link.spanId),
            attributes: readAttributes(link.attributes),
          })),
          status: {
            code: statusCodes[span.status?.code ?? 0] ?? 'unset',
            message: span.status?.message ?? '',
          },
          startMs: toMs(span.startTimeUnixNano),
          endMs: toMs(span.endTimeUnixNano),
        }),
      ),
    ),
  );
}

export function decodeLogs(body: Uint8Array): ReceivedLog[] {
  return decode('LogsRequest', body).resourceLogs.flatMap((group: Decoded) =>
    group.scopeLogs.flatMap(({ logRecords }: Decoded) =>
      logRecords.map(
        (record: Decoded): ReceivedLog => ({
          ...readResource(group),
          body: readValue(record.body),
          severityNumber: record.severityNumber,
          severityText: record.severityText,
          attributes: readAttributes(record.attributes),
          traceId: hex(record.traceId),
          spanId: hex(record.spanId),
          timeMs: toMs(record.timeUnixNano),
        }),
      ),
    ),
  );
}

const metricKinds = ['gauge', 'sum', 'histogram', 'summary'] as const;
const temporalities = [null, 'delta', 'cumulative'] as const;

export function decodeMetrics(body: Uint8Array): ReceivedMetric[] {
  return decode('MetricsRequest', body).resourceMetrics.flatMap((group: Decoded) =>
    group.scopeMetrics.flatMap(({ metrics }: Decoded) =>
      metrics.map((metric: Decoded): ReceivedMetric => {
        const kind = metricKinds.find((name) => Object.hasOwn(metric, name));
        if (kind === undefined) throw new Error(`${metric.name} has no known kind of data`);
        const data = metric[kind];
        return {
          ...readResource(group),
          name: metric.name,
          unit: metric.unit,
          description: metric.description,
          kind,
          temporality: temporalities[data.aggregationTemporality ?? 0] ?? null,
          isMonotonic: data.isMonotonic ?? false,
          points: data.dataPoints.map(readPoint),
        };
      }),
    ),
  );
}

const readPoint = (point: Decoded): ReceivedPoint => ({
  attributes: readAttributes(point.attributes),
  startMs: toMs(point.startTimeUnixNano),
  timeMs: toMs(point.timeUnixNano),
  value: Number(point.asDouble ?? point.asInt ?? Number.NaN),
  count: Number(point.count ?? Number.NaN),
  sum: point.sum ?? Number.NaN,
  bounds: point.explicitBounds ?? [],
  bucketCounts: (point.bucketCounts ?? []).map(Number),
});

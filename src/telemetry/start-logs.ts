import { LogsExporterMetricsHelper, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { createOtlpExporter } from './otlp-exporter.ts';
import type { Telemetry } from './telemetry.ts';
import type { OtlpOptions } from './telemetry-options.ts';
import { toLogRecord } from './to-log-record.ts';

/** Lines that wait for the collector, mostly of half a kB. Those beyond are dropped; stdout has them. */
const maxWaitingLines = 2_048;
/** Of the longest lines, with what a record adds to them, a request holds less than the 1 MB that New Relic takes. */
const maxLinesOfRequest = 128;
/** Stacks and messages are cut. */
const maxAttributeCharacters = 3_000;
const maxAttributes = 64;

export interface LogExport extends Telemetry {
  /** Takes a line of the log. Returns at once. */
  writeLine(line: string): void;
}

/** Sends lines of the log by OTLP. They wait in a bounded queue, and nothing waits for them. */
export function startLogs(options: OtlpOptions, resource: Resource): LogExport {
  const exporter = createOtlpExporter(
    options,
    'logs',
    ProtobufLogsSerializer,
    LogsExporterMetricsHelper,
  );
  const provider = new LoggerProvider({
    resource,
    logRecordLimits: {
      attributeValueLengthLimit: maxAttributeCharacters,
      attributeCountLimit: maxAttributes,
    },
    processors: [
      new BatchLogRecordProcessor({
        exporter,
        maxQueueSize: maxWaitingLines,
        maxExportBatchSize: maxLinesOfRequest,
      }),
    ],
  });
  const logger = provider.getLogger('tallyflow');
  return {
    writeLine(line) {
      const record = toLogRecord(line);
      if (record !== null) logger.emit(record);
    },
    shutdown: () => provider.shutdown(),
  };
}

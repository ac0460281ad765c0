import { CompressionAlgorithm, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer';
import type { OtlpOptions } from './telemetry-options.ts';

/**
 * Sends logs or metrics by OTLP over HTTP, as protobuf. The packages that the SDK has for this depend on other versions
 * of its parts than the one for traces, so that each would be loaded twice. Compressed, since both repeat themselves:
 * a tenth is left.
 */
export function createOtlpExporter<Items, Response>(
  { endpoint, headers }: OtlpOptions,
  signal: 'logs' | 'metrics',
  serializer: ISerializer<Items, Response>,
  helper: IExporterMetricsHelper<Items>,
): OTLPExporterBase<Items> {
  const options = convertLegacyHttpOptions(
    {
      url: `${endpoint.replace(/\/$/, '')}/v1/${signal}`,
      headers,
      compression: CompressionAlgorithm.GZIP,
    },
    signal.toUpperCase(),
    `v1/${signal}`,
    { 'Content-Type': 'application/x-protobuf' },
  );
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(options, serializer, `otlp_${signal}`, helper, undefined),
  );
}

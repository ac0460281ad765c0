import type { BaseOptions } from '@platformatic/kafka';

/** How every client of this process reaches the cluster. */
export type KafkaConnection = Pick<
  BaseOptions,
  'bootstrapBrokers' | 'tls' | 'tlsServerName' | 'sasl'
>;

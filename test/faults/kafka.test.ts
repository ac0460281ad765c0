import { it } from '@jest/globals';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { inflict } from '../helpers/inflict.ts';
import { kafkaFaults } from '../helpers/kafka-faults.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';

const { stack, client } = await startFaultSuite({ kafka: true });

it.each(Object.values(kafkaFaults).map((fault) => [fault.name, fault] as const))(
  '%s: nothing is lost or doubled',
  async (_, fault) => {
    await inflict(stack, client, fault);
  },
  faultTimeoutMs,
);

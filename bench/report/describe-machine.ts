import { cpus, totalmem } from 'node:os';
import { Connection } from '@temporalio/client';
import type { Bench } from '../scenario.ts';

/** The machine and the versions that figures depend on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  postgres: string;
  temporal: string;
  node: string;
}

export async function describeMachine({ database, servers }: Bench): Promise<Machine> {
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  await connection.close();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    postgres: rows[0]?.server_version ?? 'unknown',
    temporal: serverVersion ?? 'unknown',
    node: process.versions.node,
  };
}

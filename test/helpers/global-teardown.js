import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { dataDir, stop } = globalThis.testServers;
  await stop();
  await rm(dataDir, { recursive: true, force: true });
}

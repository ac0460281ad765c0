import { readFileSync } from 'node:fs';
import { readProgramVariables } from './read-program-variables.ts';

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/**
 * The variables of the program that the Compose files of the one machine hand on to it. They decide the others themselves, and
 * have no Kafka there.
 */
export function readMachineVariables(): string[] {
  const handedOn = read('docker-compose.yml');
  const decided = read('deploy/aws/simple/docker-compose.yml');
  return readProgramVariables().filter(
    (name) =>
      handedOn.includes(` ${name}: \${${name}:-`) &&
      !decided.includes(` ${name}: `) &&
      !name.startsWith('KAFKA_'),
  );
}

import { ofType, type Synthesized } from './synthesize.ts';

interface Definition {
  Name: string;
  Image: unknown;
  EntryPoint?: string[];
  Command?: string[];
  Environment?: { Name: string; Value: unknown }[];
  Secrets?: { Name: string; ValueFrom: unknown }[];
  ReadonlyRootFilesystem?: boolean;
  StopTimeout?: number;
  HealthCheck?: { Command: string[] };
}

export interface Container extends Definition {
  /** Secrets included, each with a value that could be one; references are replaced by what could be there. */
  variables: Record<string, string>;
  /** What the command writes to files before the program starts. */
  files: { file: string; variable: string }[];
}

/** Containers of a name, by the construct that their task belongs to. */
export function containersOf(stack: Synthesized, name: string): Record<string, Container> {
  return Object.fromEntries(
    ofType(stack, 'AWS::ECS::TaskDefinition').flatMap(({ id, properties }) =>
      (properties.ContainerDefinitions as Definition[])
        .filter((container) => container.Name === name)
        .map((container) => [id.replace(/Task[0-9A-F]{8}$/, ''), describe(container)]),
    ),
  );
}

function describe(container: Definition): Container {
  const { Environment = [], Secrets = [], Command = [] } = container;
  return {
    ...container,
    variables: Object.fromEntries([
      ...Environment.map(({ Name, Value }) => [Name, textOf(Value)]),
      ...Secrets.map(({ Name }) => [Name, 'a-secret-of-thirty-two-characters']),
    ]),
    files: [...(Command[2] ?? '').matchAll(/"\$(\w+)" > (\S+?)(?:;|$)/g)].map(
      ([, variable = '', file = '']) => ({ file, variable }),
    ),
  };
}

/** A text as CloudFormation would put it together, with a word for each reference. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: [string, string];
  };
  if (attribute?.[1].startsWith('BootstrapBroker')) return 'broker:9096';
  return join === undefined ? 'reference' : join[1].map(textOf).join(join[0]);
}

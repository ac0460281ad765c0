/**
 * A command that first writes variables to files below /tmp, which is in memory, and then becomes the other command: for
 * programs that read certificates from files, while ECS hands over secrets as variables only.
 *
 * @param files the variables, by the files that they become
 */
export function writeFiles(files: Record<string, string>, command: string[]): string[] {
  const entries = Object.entries(files);
  if (entries.length === 0) return command;
  const writes = entries.map(([file, variable]) => `printf '%s\\n' "$${variable}" > ${file}`);
  return ['sh', '-euc', `umask 077; ${writes.join('; ')}; exec "$@"`, 'sh', ...command];
}

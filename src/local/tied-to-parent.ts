import { findOnPath } from './find-on-path.ts';

export interface TiedCommand {
  command: string;
  args: string[];
  /** What the kernel sends the process when this one dies without stopping it. */
  deathSignal: NodeJS.Signals;
  /** Runs as this user instead of root. */
  user?: string | undefined;
}

/**
 * Wraps a command so that it does not outlive this process even when this process is killed hard.
 * Only Linux can do that, through setpriv of util-linux; elsewhere the next start cleans up.
 */
export function tiedToParent({
  command,
  args,
  deathSignal,
  user,
}: TiedCommand): [string, string[]] {
  const setpriv = process.platform === 'linux' ? findOnPath('setpriv') : undefined;
  if (!setpriv) {
    if (user)
      throw new Error(`Running ${command} as the user ${user} needs setpriv of util-linux.`);
    return [command, args];
  }
  // Root may work in a directory that other users cannot enter, such as /root; its servers must too.
  const asUser = user
    ? ['--reuid', user, '--regid', user, '--clear-groups'].concat(
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
      )
    : [];
  return [setpriv, [...asUser, '--pdeathsig', deathSignal.replace('SIG', ''), command, ...args]];
}

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
 * Root may work in a directory that other users cannot enter, such as /root, and so the user gets the
 * one capability to go anywhere; no_setuid_fixup makes access(2), which initdb asks, heed it as well.
 */
function asUser(user: string): string[] {
  return [
    '--reuid',
    user,
    '--regid',
    user,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
  ].concat('--inh-caps=+dac_override', '--ambient-caps=+dac_override');
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
  return [
    setpriv,
    [
      ...(user ? asUser(user) : []),
      '--pdeathsig',
      deathSignal.replace('SIG', ''),
      command,
      ...args,
    ],
  ];
}

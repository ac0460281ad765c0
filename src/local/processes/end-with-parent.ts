import { findOnPath } from './find-on-path.ts';

export interface WrappedCommand {
  command: string;
  args: string[];
  /** The signal that the kernel sends the process if this one dies without stopping it. */
  deathSignal: NodeJS.Signals;
  /** The user to run as instead of root. */
  user?: string | undefined;
}

/**
 * The data directory may be below one that only root can enter, such as /root. The user therefore gets the
 * capability to enter any directory. initdb asks access(2), which respects it only with no_setuid_fixup.
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
 * Wraps a command so that it ends with this process, even if this process gets SIGKILL. Only Linux supports
 * this, through setpriv of util-linux; elsewhere the next start ends what was left running.
 */
export function endWithParent({
  command,
  args,
  deathSignal,
  user,
}: WrappedCommand): [string, string[]] {
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

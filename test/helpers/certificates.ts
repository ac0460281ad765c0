import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The paths of its PEM files. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface Authority extends Certificate {
  /** Issues a certificate for a client, or for a server with these names. */
  issue(name: string, altNames?: string): Promise<Certificate>;
}

/** Creates an authority whose certificates are good for as long as a test runs. */
export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const file = (suffix: string) => path.join(folder, `${name}-${suffix}`);
  const authority = { cert: file('ca.pem'), key: file('ca.key') };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', authority.key, '-out', authority.cert],
    ...['-days', '2', '-subj', `/CN=${name}`],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
  ]);
  return {
    ...authority,
    async issue(subject, altNames = `DNS:${subject}`) {
      const issued = { cert: file(`${subject}.pem`), key: file(`${subject}.key`) };
      const request = file(`${subject}.csr`);
      const extensions = file(`${subject}.ext`);
      await writeFile(extensions, `subjectAltName=${altNames}\nbasicConstraints=CA:FALSE\n`);
      await run('openssl', [
        ...['req', '-new', ...newKey, '-keyout', issued.key, '-out', request],
        ...['-subj', `/CN=${subject}`],
      ]);
      await run('openssl', [
        ...['x509', '-req', '-in', request, '-CA', authority.cert, '-CAkey', authority.key],
        ...['-CAcreateserial', '-out', issued.cert, '-days', '2', '-extfile', extensions],
      ]);
      return issued;
    },
  };
}

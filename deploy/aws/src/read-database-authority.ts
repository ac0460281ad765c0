import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The authority in rds-ca.pem that signs certificates of databases in a region, for images that don't have the file. */
export function readDatabaseAuthority(region: string): string {
  const file = path.resolve(import.meta.dirname, '../rds-ca.pem');
  const certificates =
    readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ??
    [];
  const found = certificates.find((text) =>
    new X509Certificate(text).subject.includes(`CN=Amazon RDS ${region} Root CA RSA2048 G1`),
  );
  if (found === undefined) throw new Error(`${file} has no authority of ${region}.`);
  return found;
}

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Key and certificate of a server, in PEM, and the file that makes a client trust it, for SSL_CERT_FILE. */
export async function createCertificate(folder: string, name = 'IP:127.0.0.1') {
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=fixture', '-addext', `subjectAltName=${name}`];
  const files = ['-keyout', keyFile, '-out', file];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], {
    stdio: 'ignore',
  });
  return { tls: { key: await readFile(keyFile, 'utf8'), cert: await readFile(file, 'utf8') }, file };
}

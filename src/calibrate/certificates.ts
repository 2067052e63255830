import { createPrivateKey, X509Certificate } from 'node:crypto';
import { InputError } from '../formats/input-error';
import { readOptionFile } from './option-file';

/** The user's options for TLS. */
export interface CertificateFlags {
  readonly tlsCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  readonly insecure?: boolean;
}

/** The trusted authorities, and the certificate of this client, all as PEM. */
export interface Certificates {
  readonly ca?: string;
  readonly client?: { readonly cert: string; readonly key: string };
  /** Any certificate of a server is accepted. */
  readonly insecure: boolean;
}

/** Reads the files that the options name. Throws InputError. */
export function certificatesOf(flags: CertificateFlags, cwd: string): Certificates {
  const { tlsCaFile, tlsCertFile, tlsKeyFile } = flags;
  const insecure = flags.insecure === true;
  if (insecure && tlsCaFile !== undefined)
    throw new InputError('--insecure accepts any certificate, and --tls-ca-file does not; give one of them');
  if ((tlsCertFile === undefined) !== (tlsKeyFile === undefined))
    throw new InputError('--tls-cert-file and --tls-key-file belong together; give both');
  const ca = tlsCaFile === undefined ? undefined : certificateIn(tlsCaFile, '--tls-ca-file', cwd);
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return { ca, insecure };
  const cert = certificateIn(tlsCertFile, '--tls-cert-file', cwd);
  const key = readOptionFile(tlsKeyFile, '--tls-key-file', cwd);
  if (!isKeyOf(cert, key, tlsKeyFile))
    throw new InputError(`--tls-key-file: ${tlsKeyFile} is not the key of the certificate in ${tlsCertFile}`);
  return { ca, client: { cert, key }, insecure };
}

function certificateIn(file: string, option: string, cwd: string): string {
  const text = readOptionFile(file, option, cwd);
  try {
    return new X509Certificate(text) && text;
  } catch {
    throw new InputError(`${option}: ${file} holds no certificate; give PEM, which begins with BEGIN CERTIFICATE`);
  }
}

function isKeyOf(cert: string, key: string, file: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new InputError(
      `--tls-key-file: ${file} holds no private key that can be read; give one as PEM, without a passphrase`,
    );
  }
}

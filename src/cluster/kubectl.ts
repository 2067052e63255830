import { execFile } from 'node:child_process';
import { InputError } from '../formats/input-error';

/** How `kubectl` is to find the cluster: its own options, passed on. */
export interface ClusterFlags {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Objects as `kubectl get` prints them, and what it could not read. */
export interface Fetched {
  /** JSON, which is YAML: one `List` for each kind. */
  readonly texts: readonly string[];
  /** One sentence for each kind that could not be read. */
  readonly failures: readonly string[];
}

const TIMEOUT_SECONDS = 30;
const MOST_BYTES = 256 * 1024 * 1024;
const CANNOT_CONNECT =
  /^unable to connect|^the connection to the server|connection refused|no such host|i\/o timeout|deadline exceeded|no configuration has been provided|does not exist\b.*context|context .* does not exist|must be logged in|unauthorized|x509|tls: |it took too long/i;
/** How the sentence begins that says why kubectl failed. Logs and warnings come before it, and hints behind it. */
const REASON = /^(?:error:|error from server|unable to connect|the connection to the server)/i;

/**
 * Reads objects with `kubectl get`, which knows every way of authentication that a user's cluster has. It only ever reads.
 *
 * @param kinds each by its plural; they are read one by one, so that one that is forbidden does not hide the others
 * @throws InputError where kubectl is missing or the cluster cannot be reached
 */
export async function getObjects(
  kinds: readonly (readonly [kind: string, ...more: string[]])[],
  flags: ClusterFlags,
  env: { readonly [name: string]: string | undefined },
): Promise<Fetched> {
  const texts: string[] = [];
  const failures: { readonly kind: string; readonly message: string }[] = [];
  for (const [kind, ...more] of kinds) {
    const { stdout, stderr, code } = await kubectl(['get', kind, ...more, '-o', 'json'], flags, env);
    if (code === 0) {
      texts.push(stdout);
      continue;
    }
    const lines = stderr.split('\n').filter((line) => line.trim() !== '');
    const message = (lines.filter((line) => REASON.test(line)).at(-1) ?? lines.at(-1))?.trim() ?? `exit code ${code}`;
    if (CANNOT_CONNECT.test(message)) throw unreadable(message);
    failures.push({ kind, message });
  }
  // A failure that is the same for all kinds and does not come from the server concerns the connection: report it once.
  const messages = new Set(failures.map(({ message }) => message));
  const [first] = messages;
  if (failures.length === kinds.length && messages.size === 1 && !/^error from server/i.test(first))
    throw unreadable(first);
  return { texts, failures: [...new Set(failures.map(({ kind, message }) => `${kind} cannot be read: ${message}`))] };
}

const unreadable = (message: string): InputError => new InputError(`the cluster cannot be read: ${message}`);

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

function kubectl(
  args: readonly string[],
  { namespace, context, kubeconfig }: ClusterFlags,
  env: { readonly [name: string]: string | undefined },
): Promise<Result> {
  const all = [
    ...args,
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    `--request-timeout=${TIMEOUT_SECONDS}s`,
  ];
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: MOST_BYTES, timeout: (TIMEOUT_SECONDS + 5) * 1000, env: env as NodeJS.ProcessEnv };
    const child = execFile('kubectl', all, options, (error, stdout, stderr) => {
      if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') {
        reject(
          new InputError(
            'kubectl is not on the PATH; install it, or pipe objects in: kubectl get … -o yaml | cdk8s-canary …',
          ),
        );
        return;
      }
      const { code, killed } = (error ?? {}) as { code?: unknown; killed?: boolean };
      const isTooLarge = code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
      const failed = isTooLarge ? `the answer is larger than ${MOST_BYTES / 1024 / 1024} MiB` : 'it took too long';
      resolve({
        stdout,
        stderr: killed || isTooLarge ? failed : stderr,
        code: error ? (typeof code === 'number' ? code : 1) : 0,
      });
    });
    // Where a login is missing, kubectl would ask for a user name, and wait.
    child.stdin?.end();
  });
}

const GROUP = /^apiVersion: (?:(\S+)\/)?\S+$/m;
const KIND = /^kind: (\S+)$/m;
const NAME = /^ {2}name: (.+)$/m;
const NAMESPACE = /^ {2}namespace: (.+)$/m;
const HOSTS = /^ {2}hosts:\n((?: {4}- .+\n)+)/m;

/**
 * What no two specs may both have, in a text of manifests: its objects, and the hosts that requests arrive at. Each as a
 * line that tells it apart from all others (`environment|group|Kind namespace/name`, `environment|host|name`).
 *
 * The text is read as the lines that we write, not parsed: it is asked of thousands of texts, and only of such as we have
 * just written.
 */
export function identitiesOf(text: string, environment: string | undefined): string[] {
  return text.split('\n---\n').flatMap((document) => {
    const [, kind] = KIND.exec(document) ?? [];
    if (kind === undefined) return [];
    const metadata = document.slice(document.indexOf('\nmetadata:\n'));
    const name = bare(NAME.exec(metadata)?.[1]);
    const namespace = bare(NAMESPACE.exec(metadata.split(/\n(?! )(?!metadata:)/)[0])?.[1]);
    const own = identityOf(GROUP.exec(document)?.[1] ?? '', kind, name, namespace, environment);
    return [own, ...(kind === 'VirtualService' ? hostsOf(`${document}\n`, namespace, environment) : [])];
  });
}

/** The identity of the Rollout that an app of this name has. */
export function identityOfRollout(
  name: string,
  namespace: string | undefined,
  environment: string | undefined,
): string {
  return identityOf('argoproj.io', 'Rollout', name, namespace ?? '', environment);
}

function identityOf(group: string, kind: string, name: string, namespace: string, environment = ''): string {
  const place = namespace === '' ? name : `${namespace}/${name}`;
  return [environment, group, `${kind} ${place}`].join('|');
}

/** As a message says it. */
export function titleOf(identity: string): string {
  const [, group, ...what] = identity.split('|');
  return group === 'host' ? `host '${what.join('|')}' of a VirtualService` : what.join('|');
}

/** Short hosts belong to their namespace. */
function hostsOf(document: string, namespace: string, environment: string | undefined): string[] {
  const lines = HOSTS.exec(document)?.[1].trimEnd().split('\n') ?? [];
  return lines.map((line) => {
    const host = bare(line.trim().slice(2));
    const whole = host.includes('.') || host === '*' ? host : `${host}.${namespace}`;
    return [environment ?? '', 'host', whole].join('|');
  });
}

function bare(text = ''): string {
  return text.replace(/^(['"])(.*)\1$/, '$2');
}

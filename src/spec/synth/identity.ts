/** Something that no two specs may both have: an object of the cluster, or a host that requests arrive at. */
export interface Identity {
  /** What it is, told apart from all others. */
  readonly key: string;
  /** What it is, as a message says it. */
  readonly title: string;
}

const GROUP = /^apiVersion: (?:(\S+)\/)?\S+$/m;
const KIND = /^kind: (\S+)$/m;
const NAME = /^ {2}name: (.+)$/m;
const NAMESPACE = /^ {2}namespace: (.+)$/m;
const HOSTS = /^ {2}hosts:\n((?: {4}- .+\n)+)/m;

/**
 * The identities in a text of manifests. It is read as the lines that we write, not parsed: it is asked of thousands of
 * texts, and only of such as we have just written.
 */
export function identitiesOf(text: string, environment: string | undefined): Identity[] {
  return text.split('\n---\n').flatMap((document) => {
    const [, kind] = KIND.exec(document) ?? [];
    if (kind === undefined) return [];
    const metadata = document.slice(document.indexOf('\nmetadata:\n'));
    const name = bare(NAME.exec(metadata)?.[1]);
    const namespace = bare(NAMESPACE.exec(metadata.split(/\n(?! )(?!metadata:)/)[0])?.[1]);
    const group = GROUP.exec(document)?.[1] ?? '';
    const place = namespace === '' ? name : `${namespace}/${name}`;
    const title = `${kind} ${place}`;
    const own = { key: [environment ?? '', group, title].join('|'), title };
    return [own, ...(kind === 'VirtualService' ? hostsOf(`${document}\n`, namespace, environment) : [])];
  });
}

/** Short hosts belong to their namespace. */
function hostsOf(document: string, namespace: string, environment: string | undefined): Identity[] {
  const lines = HOSTS.exec(document)?.[1].trimEnd().split('\n') ?? [];
  return lines.map((line) => {
    const host = bare(line.trim().slice(2));
    const whole = host.includes('.') || host === '*' ? host : `${host}.${namespace}`;
    return { key: [environment ?? '', 'host', whole].join('|'), title: `host '${host}' of a VirtualService` };
  });
}

function bare(text = ''): string {
  return text.replace(/^(['"])(.*)\1$/, '$2');
}

import type { Construct } from 'constructs';
import type { CanaryAppProps } from './canary-app-props';
import { valueAt } from './contradictions';
import { translateOptions } from '../formats/option-problem';

/** Where the options of a part come from. */
interface Origin {
  /** The options of the app whose fields the part gets, the most likely first. An empty one is the app itself. */
  readonly within: readonly string[];
  /** Options that the app calls something else: what is stated first counts. */
  readonly renamed?: { readonly [option: string]: readonly string[] };
  /** Options that the app has elsewhere, by their path. Undefined for any other path. */
  readonly moved?: (path: string, props: CanaryAppProps) => string | undefined;
}

const ANALYSIS = ['', 'measuring', 'prometheusAccess'];
/** The ports of the app's container are those of several options, one after another. */
function portOption(path: string, { ports = [] }: CanaryAppProps): string | undefined {
  const [, index, field] = /^containers\[0\]\.ports\[(\d+)\]\.(number|name)$/.exec(path) ?? [];
  if (index === undefined) return undefined;
  if (index === '0') return field === 'number' ? 'port' : 'portName';
  const nth = Number(index) - 1;
  return nth < ports.length ? `ports[${nth}].${field}` : `container.ports[${nth - ports.length}].${field}`;
}

const address = (path: string): string | undefined => (path.endsWith('.provider.address') ? 'prometheus' : undefined);

const ANALYSIS_NAMES = { scrapeInterval: ['scrapeInterval', 'monitoring.interval'] };

/** The parts of an app, by the ids of their constructs. */
const ORIGINS: { readonly [id: string]: Origin } = {
  traffic: {
    within: ['traffic', 'gatewayApi', ''],
    renamed: { subsets: ['splitBy'], gateways: ['gateways', 'parents'] },
  },
  rollout: {
    within: ['', 'strategy', 'blueGreen', 'rollout'],
    renamed: {
      steps: ['steps', 'plan'],
      containers: ['container', 'image'],
      background: ['background', 'backgroundChecks'],
    },
    moved: portOption,
  },
  services: { within: ['services', ''], renamed: { furtherPorts: ['ports'], port: ['servicePort'] } },
  failures: { within: ['failures', 'prometheusAccess', ''], renamed: ANALYSIS_NAMES, moved: address },
  checks: { within: ANALYSIS, renamed: { ...ANALYSIS_NAMES, metrics: ['checks'] }, moved: address },
  background: {
    within: ANALYSIS,
    renamed: { ...ANALYSIS_NAMES, metrics: ['backgroundChecks'], checks: ['backgroundChecks'] },
    moved: address,
  },
  monitoring: {
    within: ['monitoring', ''],
    // The default versionLabel needs the root Service, which services.withRoot: false removes.
    moved: (path, { monitoring }) =>
      path === 'versionLabel' && monitoring?.versionLabel === undefined ? 'services.withRoot' : undefined,
  },
  budget: { within: ['podDisruptionBudget'] },
  autoscaler: { within: ['autoscaling'] },
};

/** Lets the problems of an app's parts name the options of the app. */
export function nameOrigins(app: Construct, props: CanaryAppProps): void {
  for (const [id, origin] of Object.entries(ORIGINS)) {
    const part = app.node.tryFindChild(id);
    if (part) translateOptions(part as Construct, (path) => statedPath(props, origin, path));
  }
}

/** The path of an option of a part, from the app. Empty where no option of the app is stated that leads to it. */
function statedPath(props: CanaryAppProps, { within, renamed = {}, moved }: Origin, path: string): string {
  const elsewhere = moved?.(path, props);
  if (elsewhere !== undefined && valueAt(props, /^\w+/.exec(elsewhere)![0]) !== undefined) return elsewhere;
  const [name] = /^\w*/.exec(path)!;
  for (const other of renamed[name] ?? [name]) {
    for (const prefix of other.includes('.') ? [''] : within) {
      const first = [prefix, other].filter((one) => one !== '').join('.');
      if (first !== '' && valueAt(props, first) !== undefined) return first + path.slice(name.length);
    }
  }
  return '';
}

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
}

const ANALYSIS = ['', 'measuring', 'prometheusAccess'];
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
  },
  services: { within: ['services', ''], renamed: { furtherPorts: ['ports'], port: ['servicePort'] } },
  failures: { within: ['failures', 'prometheusAccess', ''], renamed: ANALYSIS_NAMES },
  checks: { within: ANALYSIS, renamed: { ...ANALYSIS_NAMES, metrics: ['checks'] } },
  background: {
    within: ANALYSIS,
    renamed: { ...ANALYSIS_NAMES, metrics: ['backgroundChecks'], checks: ['backgroundChecks'] },
  },
  monitoring: { within: ['monitoring', ''] },
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
function statedPath(props: CanaryAppProps, { within, renamed = {} }: Origin, path: string): string {
  const [name] = /^\w*/.exec(path)!;
  for (const other of renamed[name] ?? [name]) {
    for (const prefix of other.includes('.') ? [''] : within) {
      const first = [prefix, other].filter((one) => one !== '').join('.');
      if (first !== '' && valueAt(props, first) !== undefined) return first + path.slice(name.length);
    }
  }
  return '';
}

import { KNOWN_ARGS } from '../analysis/known-args';
import { exactRule } from '../analysis/metric-rules';
import type { Field, Resource } from '../graph';
import { Candidate } from './candidate';
import { readChecks } from './checks';
import { named } from './manifests';
import { checkOptions } from './measuring';
import { rolloutFacts } from './requests';
import { argument, metricName, retention, templateName } from './steps';
import { defined, mapped, type Options, picked, seconds, unlessEmpty } from './values';

/** The options that hold an app's checks, and the suffix of the template of each. */
const PARTS = { checks: 'checks', backgroundChecks: 'background' } as const;

/** The templates of an app's checks. */
export function checkTemplates(objects: readonly Resource[], app: string): Resource[] {
  return Object.values(PARTS).flatMap((part) => named(objects, 'AnalysisTemplate', `${app}-${part}`) ?? []);
}

/** The options of an app's checks, how they are measured, and how the controller accesses Prometheus. */
export function analysisCandidates(
  objects: readonly Resource[],
  workload: Resource,
  monitors: readonly Resource[],
): Candidate[] {
  const { name } = workload;
  const rollout = rolloutFacts(workload);
  const templates = checkTemplates(objects, name);
  const read = Object.entries(PARTS).map(([option, part]) => {
    const template = named(objects, 'AnalysisTemplate', `${name}-${part}`);
    return [option, template && readChecks(template, rollout)];
  });
  const failures = named(objects, 'AnalysisTemplate', `${name}-failures`);
  const all = [...templates, ...(failures ? [failures] : [])];
  const [metric] = all.flatMap((template) => template.field('spec', 'metrics').items());
  const byService = { service: `${name}-canary`, label: 'service', stableService: `${name}-stable` };
  const options = checkOptions({
    ...Object.fromEntries(read),
    rollout,
    usualRequests: monitors.length > 1 ? { application: { isolation: { service: byService } } } : undefined,
    scrapeInterval: scrapeInterval(monitors),
  });
  const prometheus = metric?.get('provider', 'prometheus');
  const { measuring, ...checks } = options ?? {};
  const more = templates.length > 0 ? templateOptions(templates[0], workload) : undefined;
  const address = { prometheus: prometheus?.get('address').value };
  const together = options && defined({ ...address, ...checks, measuring });
  const args = all.flatMap((template) => template.field('spec', 'args').items());
  return [
    {
      path: [],
      values: [together && { ...together, measuring: { ...(measuring as Options | undefined), ...more } }, together],
    },
    { path: ['prometheusAccess'], values: [prometheus?.exists ? access(prometheus, args) : undefined] },
  ];
}

function scrapeInterval([monitor]: readonly Resource[]): string | undefined {
  const [endpoint] = ['endpoints', 'podMetricsEndpoints'].flatMap(
    (kind) => monitor?.field('spec', kind).items().slice(0, 1) ?? [],
  );
  return endpoint?.get('interval').string;
}

/** The options of a template that its metrics do not state. */
function templateOptions(template: Resource, workload: Resource): Options | undefined {
  const spec = template.field('spec');
  const canary = workload.field('spec', 'strategy', 'canary');
  const inSteps = canary
    .get('steps')
    .items()
    .map((step) => step.get('analysis'));
  const nameOf = (arg: Field) => arg.get('name').string ?? '';
  const own = spec
    .get('args')
    .items()
    .filter((arg) => !isKnown(nameOf(arg)));
  const ownNames = own.map(nameOf);
  const args = [...inSteps, canary.get('analysis')].flatMap((run) => run.get('args').items());
  const passed = args
    .filter((arg, i) => args.findIndex((one) => nameOf(one) === nameOf(arg)) === i)
    .filter((arg) => ownNames.includes(nameOf(arg)));
  const rules = spec.get('dryRun').items().map(metricName);
  const ofMetrics: unknown[] = spec
    .get('metrics')
    .items()
    .map((metric) => exactRule(nameOf(metric)));
  return defined({
    args: unlessEmpty(own.map(declared)),
    rolloutArgs: unlessEmpty(passed.map(argument)),
    dryRun: unlessEmpty(rules.filter((rule) => !ofMetrics.includes(rule))),
    measurementRetention: mapped(spec.get('measurementRetention'), retention),
    templates: mapped(spec.get('templates'), templateName),
    metadata: defined(picked(template.field('metadata'), 'labels', 'annotations')),
  });
}

/** The arguments that queries, isolation or authentication declare by themselves. */
function isKnown(name: string): boolean {
  return [...KNOWN_ARGS.map((arg) => arg.name), 'canary-revision', TOKEN, OAUTH].includes(name);
}

const TOKEN = 'metrics-token';
const OAUTH = 'oauth2-client-secret';

function declared(arg: Field): Options {
  const { name, value } = picked(arg, 'name', 'value');
  const secret = secretKey(arg.get('valueFrom', 'secretKeyRef'));
  if (secret?.secret !== undefined) return { fromSecret: { name, value: secret } };
  return value === undefined ? { required: name } : { withDefault: { name, value } };
}

/** A reference to a key of a Secret, as a spec states it. */
function secretKey(reference: Field): Options | undefined {
  return reference.exists ? { secret: reference.get('name').value, key: reference.get('key').value } : undefined;
}

function access(prometheus: Field, args: readonly Field[]): Options | undefined {
  const secretOf = (name: string | undefined) => {
    const found = args.find((arg) => arg.get('name').string === name);
    return found && secretKey(found.get('valueFrom', 'secretKeyRef'));
  };
  const bearerOf = (header: Field) =>
    header.get('key').string === 'Authorization'
      ? /^Bearer \{\{args\.([^}]+)\}\}$/.exec(header.get('value').string ?? '')?.[1]
      : undefined;
  const headers = prometheus.get('headers').items();
  const argName = headers.map(bearerOf).find((name) => name !== undefined && secretOf(name) !== undefined);
  const token = argName === undefined ? undefined : secretOf(argName);
  const stated = headers.filter((header) => token === undefined || bearerOf(header) !== argName);
  const [oauth2, sigv4] = ['oauth2', 'sigv4'].map((kind) => prometheus.get('authentication', kind));
  return defined({
    headers:
      stated.length > 0
        ? Object.fromEntries(stated.map((header) => [String(header.get('key').value), header.get('value').value]))
        : undefined,
    timeout: seconds(prometheus.get('timeout')),
    ...picked(prometheus, 'insecure'),
    authentication:
      (token && { bearer: argName === TOKEN ? token : { token, argName } }) ??
      (oauth2.exists ? { oauth2: { ...(oauth2.value as object), clientSecret: secretOf(OAUTH) } } : undefined) ??
      (sigv4.exists ? { sigv4: sigv4.value } : undefined),
  });
}

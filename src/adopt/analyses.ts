import { KNOWN_ARGS } from '../analysis/known-args';
import { exactRule } from '../analysis/metric-rules';
import { Candidate } from './candidate';
import { readChecks } from './checks';
import { defined, seconds } from './container';
import { Json, named } from './manifests';
import { checkOptions } from './measuring';
import { rolloutFacts } from './requests';
import { argument } from './steps';

/** What names the templates of an app's checks, after the app. */
const PARTS = { checks: 'checks', backgroundChecks: 'background' } as const;

/** The templates of an app's checks. */
export function checkTemplates(objects: readonly Json[], app: string): Json[] {
  return Object.values(PARTS).flatMap((part) => named(objects, 'AnalysisTemplate', `${app}-${part}`) ?? []);
}

/** The checks of an app, how they are measured, and how the controller talks to Prometheus. */
export function analysisCandidates(objects: readonly Json[], workload: Json, monitors: readonly Json[]): Candidate[] {
  const { name } = workload.metadata;
  const rollout = rolloutFacts(workload);
  const templates = checkTemplates(objects, name);
  const read = Object.entries(PARTS).map(([option, part]) => {
    const template = named(objects, 'AnalysisTemplate', `${name}-${part}`);
    return [option, template && readChecks(template, rollout)];
  });
  const all = [...templates, named(objects, 'AnalysisTemplate', `${name}-failures`)];
  const metric = all.flatMap((template) => template?.spec?.metrics ?? [])[0];
  const byService = { service: `${name}-canary`, label: 'service', stableService: `${name}-stable` };
  const options = checkOptions({
    ...Object.fromEntries(read),
    rollout,
    usualRequests: monitors.length > 1 ? { application: { isolation: { service: byService } } } : undefined,
    scrapeInterval:
      monitors[0]?.spec?.endpoints?.[0]?.interval ?? monitors[0]?.spec?.podMetricsEndpoints?.[0]?.interval,
  });
  const prometheus = metric?.provider?.prometheus;
  const more = templates.length > 0 ? measuringMore(templates[0], workload) : undefined;
  const together = options && defined({ prometheus: prometheus?.address, ...options });
  return [
    { path: [], values: [together && { ...together, measuring: { ...together.measuring, ...more } }, together] },
    {
      path: ['prometheusAccess'],
      values: [
        prometheus &&
          access(
            prometheus,
            all.flatMap((one) => one?.spec?.args ?? []),
          ),
      ],
    },
  ];
}

/** What a template says as such. */
function measuringMore({ metadata, spec }: Json, { spec: { strategy } }: Json): Json {
  const { steps = [], analysis } = strategy?.canary ?? {};
  const runs = [...steps.map((step: Json) => step.analysis), analysis].filter((run) => run !== undefined);
  const own = (spec.args ?? []).filter(({ name }: Json) => !isKnown(name));
  const passed = runs
    .flatMap((run: Json) => run.args ?? [])
    .filter(({ name }: Json, i: number, all: Json[]) => all.findIndex((one) => one.name === name) === i)
    .filter(({ name }: Json) => own.some((arg: Json) => arg.name === name));
  const rules = (spec.dryRun ?? []).map(({ metricName }: Json) => metricName);
  const ofMetrics = (spec.metrics ?? []).map(({ name }: Json) => exactRule(name));
  return defined({
    args: list(own.map(declared)),
    rolloutArgs: list(passed.map(argument)),
    dryRun: list(rules.filter((rule: string) => !ofMetrics.includes(rule))),
    measurementRetention: spec.measurementRetention?.map(({ metricName: metrics, limit }: Json) => ({
      metrics,
      limit,
    })),
    templates: spec.templates?.map(({ templateName, clusterScope }: Json) =>
      clusterScope ? { clusterName: templateName } : templateName,
    ),
    metadata: defined({ labels: metadata.labels, annotations: metadata.annotations }),
  });
}

const list = (all: readonly Json[]): Json => (all.length > 0 ? all : undefined);

/** The arguments that come by themselves: with the queries, the isolation or the authentication. */
function isKnown(name: string): boolean {
  return [...KNOWN_ARGS.map((arg) => arg.name), 'canary-revision', TOKEN, OAUTH].includes(name);
}

const TOKEN = 'metrics-token';
const OAUTH = 'oauth2-client-secret';

function declared({ name, value, valueFrom }: Json): Json {
  const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
  if (secret !== undefined) return { fromSecret: { name, value: { secret, key } } };
  return value === undefined ? { required: name } : { withDefault: { name, value } };
}

function access({ headers = [], timeout, insecure, authentication = {} }: Json, args: readonly Json[]): Json {
  const secretOf = (name: string | undefined) => {
    const found = args.find((arg) => arg.name === name)?.valueFrom?.secretKeyRef;
    return found && { secret: found.name, key: found.key };
  };
  const bearerOf = ({ key, value }: Json) =>
    key === 'Authorization' ? /^Bearer \{\{args\.([^}]+)\}\}$/.exec(value)?.[1] : undefined;
  const argName = headers.map(bearerOf).find((name: string | undefined) => secretOf(name) !== undefined);
  const token = secretOf(argName);
  const stated = headers.filter((header: Json) => token === undefined || bearerOf(header) !== argName);
  const { oauth2, sigv4 } = authentication;
  return defined({
    headers: stated.length > 0 ? Object.fromEntries(stated.map(({ key, value }: Json) => [key, value])) : undefined,
    timeout: seconds(timeout),
    insecure,
    authentication:
      (token && { bearer: argName === TOKEN ? token : { token, argName } }) ??
      (oauth2 && { oauth2: { ...oauth2, clientSecret: secretOf(OAUTH) } }) ??
      (sigv4 && { sigv4 }),
  });
}

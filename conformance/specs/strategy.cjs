// What must agree within a strategy: the steps among each other, and analyses with what they run.
const { omit, unique } = require('./agree.cjs');
const { only } = require('./traffic.cjs');

const ROUTE_STEPS = {
  setHeaderRoute: 'removeHeaderRoute',
  setMirrorRoute: 'removeMirrorRoute',
};

/** Routers in which a step can make a route of requests with a header. */
const MAKE_HEADER_ROUTES = ['istio', 'gatewayApi', 'alb', 'apisix', 'plugins'];

/**
 * Steps that can follow one another.
 *
 * @param router `istio`, `gatewayApi`, another as its option is named, or undefined where no requests are split.
 * @param taken Names of routes that are there already.
 */
function steps(all, { router, taken = [], maxWeight = 100 }) {
  const open = new Map();
  const made = [];
  let hasPods = false;
  for (const step of all) {
    const [kind, args] = only(step);
    if (kind.endsWith('MirrorRoute') && router !== 'istio') continue;
    if (kind.endsWith('HeaderRoute') && !MAKE_HEADER_ROUTES.includes(router)) continue;
    if (kind === 'canaryScale' && router === undefined) continue;
    if (kind in ROUTE_STEPS) {
      if (!hasPods) made.push({ canaryScale: { scale: { replicas: { count: 1 } } } });
      hasPods = true;
      const name = taken.includes(args.name) ? `${args.name}-managed` : args.name;
      if (open.has(name) && open.get(name) !== kind) continue;
      open.set(name, kind);
      made.push({ [kind]: { ...args, name } });
    } else if (Object.values(ROUTE_STEPS).includes(kind)) {
      const [name] = [...open].find(([, how]) => ROUTE_STEPS[how] === kind) ?? [];
      if (name === undefined) continue;
      open.delete(name);
      made.push({ [kind]: { name } });
    } else if (kind === 'setWeight') {
      const weight = Math.min(args.weight, maxWeight);
      hasPods ||= weight > 0;
      made.push({ setWeight: { ...args, weight } });
    } else if (kind === 'experiment') {
      made.push({ experiment: experiment(args, router) });
    } else {
      if (kind === 'canaryScale' && only(args.scale)[0] === 'replicas') hasPods = true;
      made.push(step);
    }
  }
  return made.length > 0 ? made : [{ setWeight: { weight: 50 } }];
}

/** Weights that fit beside each other, where there is somebody to split by them. */
function experiment(options, router) {
  const templates = options.templates.map((one) => (router === undefined ? omit(one, 'weight') : one));
  return { ...options, templates };
}

/** Whether pods of the canary are there in some step, and the first such step. */
function firstWithPods(all) {
  const at = all.findIndex((step) => {
    const [kind, args] = only(step);
    if (kind === 'setWeight') return args.weight > 0;
    return kind === 'canaryScale' && only(args.scale)[0] === 'replicas';
  });
  return at < 0 ? undefined : at + 1;
}

/** An analysis beside the steps begins when the canary has pods. */
function background(options, all) {
  const first = firstWithPods(all);
  if (options === undefined || first === undefined || first >= all.length) return undefined;
  const { startingStep } = options;
  return startingStep === undefined
    ? options
    : { ...options, startingStep: Math.min(Math.max(startingStep, first), all.length - 1) };
}

/** Routers with which a Rollout may count beyond 100. */
const COUNT_FURTHER = ['gatewayApi', 'nginx', 'plugins'];

/** Everything that a strategy of a canary has beside its steps, as these and the router allow. */
function fields(options, { router, steps: all }) {
  const kept =
    router === undefined
      ? omit(
          options,
          'scaleDownDelay',
          'scaleDownDelayRevisionLimit',
          'abortScaleDownDelay',
          'dynamicStableScale',
          'minPodsPerReplicaSet',
          'pingPong',
          'maxTrafficWeight',
        )
      : router === 'istio'
        ? omit(options, 'maxTrafficWeight')
        : omit(options, 'pingPong', ...(COUNT_FURTHER.includes(router) ? [] : ['maxTrafficWeight']));
  return { ...kept, background: background(kept.background, all) };
}

/** The templates that a reference leads to, those within included; undefined for those that only have a name. */
function templatesOf(references = []) {
  return references.flatMap((reference) => {
    const [kind, args] = only(reference);
    if (
      args.metrics === undefined &&
      args.checks === undefined &&
      args.image === undefined &&
      args.within === undefined
    ) {
      return [undefined];
    }
    return [{ kind, args }, ...templatesOf((kind === 'jobAnalysis' ? args.template : args)?.templates)];
  });
}

/**
 * An analysis with what its templates ask for: arguments that they declare, rules that match their metrics.
 *
 * @param own The templates that it uses if it names none; undefined if they are unknown.
 */
function analysis(options, isOwn) {
  const { templates } = options;
  if (templates === undefined)
    return isOwn
      ? omit(options, 'args', 'dryRun', 'measurementRetention')
      : { ...options, templates: [{ name: { templateName: 'smoke' } }] };
  const found = templatesOf(templates);
  const declared = found
    .filter(Boolean)
    .flatMap(({ kind, args }) => (kind === 'jobAnalysis' ? jobArgs(args) : (args.args ?? [])));
  const known = ['namespace', 'canary-hash'];
  const required = declared
    .filter((arg) => 'required' in arg)
    .map((arg) => only(arg)[1].name)
    .filter((name) => !known.includes(name));
  const given = found.includes(undefined)
    ? (options.args ?? [])
    : (options.args ?? []).filter((arg) => declared.some((one) => only(one)[1].name === only(arg)[1].name));
  const names = new Set(given.map((arg) => only(arg)[1].name));
  const passed = required.filter((name) => !names.has(name)).map((name) => ({ value: { name, value: 'yes' } }));
  const args = unique([...unique(given, (arg) => only(arg)[1].name), ...passed], (arg) => only(arg)[1].name);
  return args.length > 0 ? { ...options, args } : omit(options, 'args');
}

const jobArgs = (args) => args.template?.args ?? [];

module.exports = { analysis, background, fields, firstWithPods, steps, templatesOf };

// A set as it is rendered: its objects, what the constructs refuse, what the linter finds.
const { ROOT } = require('./space.cjs');
const { inShort } = require('./written.cjs');

const PLACE = { file: { name: 'set.yaml', text: '' }, start: 0, end: 0 };

/** A value as the loader reads it, without a text that it would stand in. */
function nodeOf(value) {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf), at: PLACE };
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, at: PLACE };
  const entries = Object.entries(value).map(([name, one]) => [name, { key: PLACE, value: nodeOf(one) }]);
  return { kind: 'map', entries: new Map(entries), at: PLACE };
}

const kebab = (word) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const upperFirst = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** What a construct is given of those made before it: see GIVEN in space.cjs. */
const given = {
  argoCdApplication: ({ all }) => ({ manages: all() }),
  argoCdApplicationSet: ({ all }) => ({ manages: all() }),
  canaryServices: ({ rollout }) => ({ pods: rollout }),
  canaryMonitoring: ({ rollout, canaryServices: { canary, stable, root } }) => ({
    canary,
    stable,
    root,
    pods: rollout,
  }),
  openShiftRoute: ({ istioGateway }) => ({ gateway: istioGateway }),
  podDisruptionBudget: ({ rollout }) => ({ pods: rollout }),
  podMonitor: ({ rollout }) => ({ pods: rollout }),
  scaledObject: ({ rollout }) => ({ target: rollout }),
  serviceMonitor: ({ canaryServices }) => ({ service: canaryServices.root ?? canaryServices.stable }),
};

/** The order in which constructs are made: those that others are given first. */
const FIRST = ['rollout', 'canaryServices', 'istioGateway'];
const LAST = ['argoCdApplication', 'argoCdApplicationSet'];

const rank = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : LAST.includes(name) ? 100 : 50);

/**
 * @param library The library's modules, as `libraryOf` gives them.
 * @returns `manifests`, of a set that is refused too; `refused`, what the library says at synthesis, one line a problem;
 * `findings`, the findings of its linter.
 */
function render(library, model, { items, namespace, brief }) {
  const { cdk8s } = library;
  const app = new cdk8s.App();
  app.node.setContext(library.rulesAppliedLater, true);
  const chart = new cdk8s.Chart(app, 'set', { namespace });
  const problems = [];
  const answer = (manifests, refused, findings = []) => ({ manifests, refused, findings });
  try {
    make(library, model, chart, { items, brief }, problems);
    if (problems.length > 0) return answer([], problems.map(library.formatProblem));
    const objects = chart.toJson().map((manifest) => ({ origin: originOf(manifest), manifest }));
    const manifests = objects.map(({ manifest }) => manifest);
    const refused = library.problemsAmong(objects);
    return answer(manifests, refused, refused.length > 0 ? [] : findingsAmong(library, objects));
  } catch (error) {
    const [title, ...lines] = String(error.message)
      .split('\n')
      .map((line) => line.trim());
    if (!title.startsWith('Validation failed')) return answer([], [`threw: ${error.stack}`]);
    return answer(unchecked(library, chart), lines);
  }
}

function make({ cdk8s, plus, canary, loadProps }, model, chart, { items, brief }, problems) {
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary };
  // All objects, including those that another construct creates.
  const made = { all: () => chart.node.children };
  for (const name of Object.keys(items).sort((a, b) => rank(a) - rank(b))) {
    const { type } = model.types[ROOT].fields[name];
    const value = brief ? inShort(model, type, items[name]) : items[name];
    const props = loadProps({ ...model, root: type.ref }, modules, chart, nodeOf(value), problems);
    if (problems.length > 0) return;
    const id = name === 'canaryApp' ? 'checkout' : kebab(name);
    made[name] = new canary[upperFirst(name)](chart, id, { ...props, ...given[name]?.(made) });
  }
}

/** What would be rendered of what is refused. */
function unchecked({ cdk8s }, chart) {
  try {
    return chart.node
      .findAll()
      .filter((one) => cdk8s.ApiObject.isApiObject(one))
      .map((one) => one.toJson());
  } catch {
    return [];
  }
}

const findingsAmong = ({ lint, graphOf }, objects) =>
  lint(graphOf(objects)).findings.map(({ code, severity, message, file, path }) => ({
    code,
    severity,
    message,
    at: `${file}: ${path}`,
  }));

const originOf = ({ kind, metadata }) => `${kind} ${metadata.name}`;

/** The library's modules, as `load` finds them by their names below `src`. */
function libraryOf(load) {
  const own = load('app/own-manifests');
  return {
    cdk8s: require('cdk8s'),
    plus: require('cdk8s-plus-27'),
    canary: load('index'),
    loadProps: load('canaryfile/load').loadProps,
    extractModel: load('canaryfile/extract').extractModel,
    formatProblem: ({ path, message }) => `${path}: ${message}`,
    graphOf: load('graph').graphOf,
    lint: load('lint').lint,
    problemsAmong: (objects) => own.findingsAmong(objects, []).map(({ message }) => message),
    rulesAppliedLater: own.RULES_APPLIED_LATER,
  };
}

module.exports = { libraryOf, render };

// A set as it is rendered: its objects, what the constructs refuse, what the linter finds.
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
  argoCdApplication: ({ all }) => ({ manages: all }),
  argoCdApplicationSet: ({ all }) => ({ manages: all }),
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
 * @returns `manifests`, and `refused`: what the constructs and the linter's errors say, one line a problem; `findings`:
 * what the linter warns of.
 */
function render(library, model, { items, namespace, brief }) {
  const { cdk8s, plus, canary, loadProps, context, formatProblem } = library;
  const app = new cdk8s.App();
  app.node.setContext(context, true);
  const chart = new cdk8s.Chart(app, 'set', { namespace });
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary };
  const made = { all: [] };
  const problems = [];
  try {
    for (const name of Object.keys(items).sort((a, b) => rank(a) - rank(b))) {
      const { type } = model.types['specs.Set'].fields[name];
      const value = brief ? inShort(model, type, items[name]) : items[name];
      const props = loadProps({ ...model, root: type.ref }, modules, chart, nodeOf(value), problems);
      if (problems.length > 0) return refused(problems.map(formatProblem));
      const id = name === 'canaryApp' ? 'checkout' : kebab(name);
      made[name] = new canary[upperFirst(name)](chart, id, { ...props, ...given[name]?.(made) });
      made.all.push(made[name]);
    }
    const manifests = chart.toJson();
    const findings = library.lint(
      library.graphOf(manifests.map((manifest) => ({ origin: originOf(manifest), manifest }))),
    ).findings;
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) return { ...refused(errors.map(sentence)), manifests };
    return {
      manifests,
      refused: [],
      findings: findings.map(({ code, severity, message, file, path }) => ({
        code,
        severity,
        message,
        at: `${file}: ${path}`,
      })),
    };
  } catch (error) {
    const lines = String(error.message)
      .split('\n')
      .map((line) => line.trim());
    return refused(lines[0].startsWith('Validation failed') ? lines.slice(1) : [`threw: ${error.stack}`]);
  }
}

const refused = (lines) => ({ manifests: [], refused: lines, findings: [] });
const originOf = ({ kind, metadata }) => `${kind} ${metadata.name}`;
const sentence = ({ code, message, file, path }) => `${code} ${message} (${file}: ${path})`;

/** The library's modules from a built package. */
function libraryOf(root) {
  return {
    cdk8s: require('cdk8s'),
    plus: require('cdk8s-plus-27'),
    canary: require(`${root}/lib/src/index.js`),
    loadProps: require(`${root}/lib/src/spec/load.js`).loadProps,
    extractModel: require(`${root}/lib/src/spec/extract.js`).extractModel,
    formatProblem: ({ path, message }) => `${path}: ${message}`,
    graphOf: require(`${root}/lib/src/graph`).graphOf,
    lint: require(`${root}/lib/src/rules`).lint,
    context: require(`${root}/lib/src/app/own-manifests.js`).RULES_APPLIED_LATER,
  };
}

module.exports = { libraryOf, render };

import type { Field, Resource } from '../graph';
import { objectsIn } from './manifests';
import { defined, mapped, type Options, picked, renamed } from './values';

/** The steps of a Rollout. An analysis with the app's own templates is the step `analysis`. */
export function stepsOf(workload: Resource, own: readonly Resource[]): unknown[] {
  const names = own.map(({ name }) => name);
  return objectsIn(workload.field('spec', 'strategy', 'canary', 'steps')).flatMap((step): unknown[] => {
    const { setWeight } = picked(step, 'setWeight');
    if (setWeight !== undefined) return [{ setWeight }];
    const [pause, canaryScale, headers, mirror, plugin, experiment] = [
      ...['pause', 'setCanaryScale', 'setHeaderRoute', 'setMirrorRoute', 'plugin', 'experiment'],
    ].map((name) => step.get(name));
    if (pause.exists) return [{ pause: defined({ duration: duration(pause.get('duration')) }) ?? {} }];
    if (canaryScale.exists) return [{ canaryScale: scale(canaryScale) }];
    if (headers.exists) return [headerRoute(headers)];
    if (mirror.exists) return [mirrorRoute(mirror)];
    if (plugin.exists) return [{ plugin: defined(picked(plugin, 'name', 'config')) }];
    if (experiment.exists) return [{ experiment: experimentOf(experiment) }];
    const run = analysisRun(step.get('analysis'));
    if (run === undefined) return [];
    const isOwn = names.length > 0 && JSON.stringify(run.templates) === JSON.stringify(names);
    // Its arguments are those that the app passes.
    return isOwn ? ['analysis'] : [{ analysis: run }];
  });
}

/** What an analysis in a step or in the background runs. Undefined if it runs nothing. */
export function analysisRun(run: Field): Options | undefined {
  return defined({
    templates: mapped(run.get('templates'), templateName),
    args: mapped(run.get('args'), argument),
    ...picked(run, 'startingStep'),
    dryRun: mapped(run.get('dryRun'), metricName),
    measurementRetention: mapped(run.get('measurementRetention'), retention),
    ...runMetadata(run),
  });
}

/** The name of a template that is referred to. */
export function templateName(reference: Field): unknown {
  const name = reference.get('templateName').value;
  return reference.get('clusterScope').value === true ? { clusterName: name } : name;
}

/** How many measurements of a metric are kept. */
export const retention = (one: Field): Options => renamed(one, { metrics: 'metricName', limit: 'limit' });

/** The name of a metric that is only recorded. */
export const metricName = (one: Field): unknown => one.get('metricName').value;

function runMetadata(run: Field): Options {
  return renamed(run.get('analysisRunMetadata'), { runLabels: 'labels', runAnnotations: 'annotations' });
}

/** An argument that a Rollout passes. */
export function argument(arg: Field): Options {
  const name = arg.get('name').value;
  const hash = arg.get('valueFrom', 'podTemplateHashValue').string;
  if (hash !== undefined) return { podTemplateHash: { name, hash: hash.toLowerCase() } };
  const fieldRef = arg.get('valueFrom', 'fieldRef');
  return fieldRef.exists
    ? { fieldRef: { name, fieldPath: fieldRef.get('fieldPath').value } }
    : { value: { name, value: arg.get('value').value } };
}

function scale(found: Field): unknown {
  const { replicas, weight } = picked(found, 'replicas', 'weight');
  if (replicas !== undefined) return { replicas };
  return weight === undefined ? 'matchTrafficWeight' : { weight };
}

function headerRoute(found: Field): Options {
  const { name } = picked(found, 'name');
  const matches = mapped(found.get('match'), (one) =>
    headerMatches(String(one.get('headerName').value), one.get('headerValue')),
  );
  return matches === undefined ? { removeHeaderRoute: name } : { setHeaderRoute: { name, matches: matches.flat() } };
}

/** A match of a header as a spec states it, for each way to compare it. */
export function headerMatches(header: string, how: Field): Options[] {
  return how.entries().map(([comparison, { value }]) => ({ [comparison]: { header, value } }));
}

function mirrorRoute(found: Field): Options {
  const { name, percentage } = picked(found, 'name', 'percentage');
  const matches = mapped(found.get('match'), (one) => {
    const headers = one.get('headers');
    return defined({
      ...picked(one, 'method', 'path'),
      headers: headers.exists ? headers.entries().flatMap(([header, how]) => headerMatches(header, how)) : undefined,
    });
  });
  return matches === undefined
    ? { removeMirrorRoute: name }
    : { setMirrorRoute: defined({ name, matches, percentage }) };
}

function experimentOf(found: Field): Options | undefined {
  return defined({
    templates: mapped(found.get('templates'), (one) =>
      defined({
        ...picked(one, 'name', 'specRef', 'replicas', 'weight'),
        ...picked(one.get('metadata'), 'labels', 'annotations'),
        serviceName: one.get('service', 'name').value,
        selector: one.get('selector', 'matchLabels').value,
      }),
    ),
    analyses: mapped(found.get('analyses'), (one) =>
      defined({
        ...picked(one, 'name'),
        template: templateName(one),
        args: mapped(one.get('args'), argument),
        ...picked(one, 'requiredForCompletion'),
      }),
    ),
    ...picked(found, 'duration'),
    scaleDownDelay: duration(found.get('scaleDownDelaySeconds')),
    dryRun: mapped(found.get('dryRun'), metricName),
    ...runMetadata(found),
  });
}

/** A duration of Argo Rollouts: a number without a unit is in seconds. */
function duration({ value }: Field): unknown {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? `${value}s` : value;
}

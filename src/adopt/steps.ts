import { defined } from './container';
import { Json } from './manifests';

/** The steps, with the app's own analyses under their short name. */
export function stepsOf(workload: Json, own: readonly Json[]): Json[] {
  const names = own.map(({ metadata }) => metadata.name);
  return (workload.spec?.strategy?.canary?.steps ?? []).flatMap((step: Json): Json[] => {
    const { setWeight, pause, setCanaryScale, setHeaderRoute, setMirrorRoute, plugin, experiment } = step;
    if (setWeight !== undefined) return [{ setWeight }];
    if (pause !== undefined) return [{ pause: defined({ duration: duration(pause?.duration) }) ?? {} }];
    if (setCanaryScale) return [{ canaryScale: scale(setCanaryScale) }];
    if (setHeaderRoute) return [headerRoute(setHeaderRoute)];
    if (setMirrorRoute) return [mirrorRoute(setMirrorRoute)];
    if (plugin) return [{ plugin: defined({ name: plugin.name, config: plugin.config }) }];
    if (experiment) return [{ experiment: experimentOf(experiment) }];
    const run = analysisRun(step.analysis ?? {});
    if (run === undefined) return [];
    const isOwn = names.length > 0 && JSON.stringify(run.templates) === JSON.stringify(names);
    // Its arguments are those that the app gives it.
    return isOwn ? ['analysis'] : [{ analysis: run }];
  });
}

/** What an analysis of a step, or in the background, runs. Undefined if it runs nothing. */
export function analysisRun({ templates, args, startingStep, dryRun, measurementRetention, ...others }: Json): Json {
  const metadata = others.analysisRunMetadata ?? {};
  return defined({
    templates: templates?.map((one: Json) => (one.clusterScope ? { clusterName: one.templateName } : one.templateName)),
    args: args?.map(argument),
    startingStep,
    dryRun: dryRun?.map(({ metricName }: Json) => metricName),
    measurementRetention: measurementRetention?.map(({ metricName, limit }: Json) => ({ metrics: metricName, limit })),
    runLabels: metadata.labels,
    runAnnotations: metadata.annotations,
  });
}

/** What a Rollout passes. */
export function argument({ name, value, valueFrom }: Json): Json {
  const { podTemplateHashValue: hash, fieldRef } = valueFrom ?? {};
  if (hash !== undefined) return { podTemplateHash: { name, hash: hash.toLowerCase() } };
  return fieldRef ? { fieldRef: { name, fieldPath: fieldRef.fieldPath } } : { value: { name, value } };
}

function scale({ weight, replicas }: Json): Json {
  if (replicas !== undefined) return { replicas };
  return weight === undefined ? 'matchTrafficWeight' : { weight };
}

function headerRoute({ name, match }: Json): Json {
  if (match === undefined) return { removeHeaderRoute: name };
  const matches = match.flatMap(({ headerName: header, headerValue }: Json) => headerMatches(header, headerValue));
  return { setHeaderRoute: { name, matches } };
}

function headerMatches(header: string, how: Json): Json[] {
  return Object.entries(how ?? {}).map(([way, value]) => ({ [way]: { header, value } }));
}

function mirrorRoute({ name, match, percentage }: Json): Json {
  if (match === undefined) return { removeMirrorRoute: name };
  const matches = match.map(({ method, path, headers }: Json) =>
    defined({
      method,
      path,
      headers: headers && Object.entries(headers).flatMap(([header, how]) => headerMatches(header, how)),
    }),
  );
  return { setMirrorRoute: defined({ name, matches, percentage }) };
}

function experimentOf({ templates, analyses, duration: length, scaleDownDelaySeconds, ...others }: Json): Json {
  const run = others.analysisRunMetadata ?? {};
  return defined({
    templates: templates?.map(({ name, specRef, replicas, weight, metadata, service, selector }: Json) =>
      defined({
        name,
        specRef,
        replicas,
        weight,
        labels: metadata?.labels,
        annotations: metadata?.annotations,
        serviceName: service?.name,
        selector: selector?.matchLabels,
      }),
    ),
    analyses: analyses?.map(({ name, templateName, clusterScope, args, requiredForCompletion }: Json) =>
      defined({
        name,
        template: clusterScope ? { clusterName: templateName } : templateName,
        args: args?.map(argument),
        requiredForCompletion,
      }),
    ),
    duration: length,
    scaleDownDelay: duration(scaleDownDelaySeconds),
    dryRun: others.dryRun?.map(({ metricName }: Json) => metricName),
    runLabels: run.labels,
    runAnnotations: run.annotations,
  });
}

function duration(value: Json): string | undefined {
  if (typeof value === 'number') return `${value}s`;
  return typeof value === 'string' && /^\d+$/.test(value) ? `${value}s` : value;
}

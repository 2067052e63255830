import type { Field, Resource } from '../../graph';
import { exampleApplication } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

export const applicationIncomplete: Rule = {
  code: 'GIT017',
  severity: 'error',
  title: 'An Application is incomplete or contradicts itself',
  why: 'The API server accepts the Application, and Argo CD does not sync it: the condition `InvalidSpecError` names the field. Nothing that it should deploy is deployed. A chart needs a `targetRevision`, and `ref` alone is a source only beside others, under `sources`. With both a path and a chart the path is ignored. An entry of `ignoreDifferences` without a field, or a sync option without a value or in another spelling (`ServerSideApply=True`), has no effect and nobody says so.',
  fix: 'Give each source a repository, and a path or a chart with its version, and the destination one of server and name. Write sync options as `Name=value`.',
  whenNotToUse: 'When the field is filled in later, by a template of an ApplicationSet or by kustomize.',
  confirmedBy:
    'Argo CD 3.5.1 and its main branch of August 2026, read (`util/argo/argo.go`: `ValidatePermissions`, `validateSourcePermissions`, `GetDestinationServer`; `ExplicitType` of a source; `util/argo/normalizers`; `HasOption` of sync options, also in 3.6.1).',
  bad: exampleApplication('').replace('path: deploy, ', ''),
  good: exampleApplication(''),
  checkPart(graph, report, part) {
    for (const application of part(graph.ofKind('Application', 'argoproj.io'))) checkApplication(application, report);
  },
};

function checkApplication(application: Resource, report: Report): void {
  const spec = application.field('spec');
  const several = spec.get('sources').items();
  const sources = several.length > 0 ? several : spec.get('source').exists ? [spec.get('source')] : [];
  for (const source of sources) checkSource(source, several.length > 0, application, report);
  if (sources.length === 0 && spec.exists && !spec.get('sourceHydrator').exists) {
    report(spec, `${application} has no source, so Argo CD deploys nothing`, { on: 'key' });
  }
  const [server, name] = ['server', 'name'].map((key) => spec.get('destination', key));
  if (server.string && name.string) {
    report(name, `${application} has both a server and a name of a cluster, which Argo CD refuses`, {
      on: 'key',
      hint: 'use one of them',
      related: { field: server, message: 'the server' },
    });
  }
  for (const ignored of spec.get('ignoreDifferences').items()) {
    const keys = ['jsonPointers', 'jqPathExpressions', 'managedFieldsManagers'];
    if (keys.some((key) => ignored.get(key).items().length > 0)) continue;
    report(ignored, `${application} ignores no field of ${ignored.get('kind').string ?? 'a kind'}`, {
      severity: 'warning',
      hint: 'give jsonPointers or jqPathExpressions',
    });
  }
  for (const option of spec.get('syncPolicy', 'syncOptions').items()) checkOption(option, application, report);
}

/** The sync options that Argo CD reads, each with its values. It compares the whole text, also its case. */
const OPTIONS: { readonly [name: string]: readonly string[] } = {
  ...Object.fromEntries(
    [
      ...['ApplyOutOfSyncOnly', 'ClientSideApplyMigration', 'CreateNamespace', 'FailOnSharedResource'],
      ...['Force', 'PruneLast', 'Replace', 'RespectIgnoreDifferences', 'ServerSideApply'],
      ...['SkipDryRunOnMissingResource', 'Validate'],
    ].map((name) => [name, ['true', 'false']]),
  ),
  Delete: ['true', 'false', 'confirm'],
  Prune: ['true', 'false', 'confirm'],
  PrunePropagationPolicy: ['foreground', 'background', 'orphan'],
};

function checkOption(option: Field, application: Resource, report: Report): void {
  if (option.string === undefined) return;
  const passedOver = `${application} has the sync option '${option.string}', which Argo CD passes over`;
  const [, name, value] = /^([A-Za-z]+)=([A-Za-z]+)$/.exec(option.string) ?? [];
  if (name === undefined) {
    report(option, passedOver, { severity: 'warning', hint: "write it with a value: 'Validate=false'" });
    return;
  }
  const meantName = Object.hasOwn(OPTIONS, name) ? name : closest(name, Object.keys(OPTIONS));
  // Later releases may have more options.
  if (meantName === undefined) return;
  const lower = value.toLowerCase();
  const meant = `${meantName}=${OPTIONS[meantName].includes(lower) ? lower : value}`;
  if (meant === option.string) return;
  report(option, passedOver, {
    severity: 'warning',
    didYouMean: { name: meant },
    fix: { title: `write '${meant}'`, edits: [{ at: option, set: meant }] },
  });
}

function checkSource(source: Field, beside: boolean, application: Resource, report: Report): void {
  const repository = source.get('repoURL');
  if (!repository.string?.trim() && (repository.value === undefined || typeof repository.value === 'string')) {
    report(repository.exists ? repository : source, `a source of ${application} has no repository`, {
      hint: 'give repoURL',
    });
  }
  const given = ['path', 'chart', ...(beside ? ['ref'] : [])].filter((key) => source.get(key).string);
  if (given.length === 0) {
    report(source, `a source of ${application} has neither a path nor a chart`, {
      on: 'key',
      hint: source.get('ref').string
        ? 'a ref alone is a source only under sources, beside others'
        : "name the folder; '.' is the whole repository",
    });
  } else if (given.includes('path') && given.includes('chart')) {
    report(source.get('chart'), `a source of ${application} has both a path and a chart, so the path is ignored`, {
      on: 'key',
      hint: 'use one',
      severity: 'warning',
    });
  }
  if (source.get('chart').string && !source.get('targetRevision').string) {
    const revision = source.get('targetRevision');
    report(revision.exists ? revision : source.get('chart'), `a source of ${application} has a chart and no version`, {
      on: 'key',
      hint: 'give targetRevision',
    });
  }
  const types = ['helm', 'kustomize', 'directory', 'plugin'].filter((key) => source.get(key).exists);
  if (types.length > 1) {
    report(
      source.get(types[1]),
      `a source of ${application} has both ${types[0]} and ${types[1]}, of which Argo CD accepts one`,
      {
        on: 'key',
        related: { field: source.get(types[0]), message: 'the other one' },
      },
    );
  }
}

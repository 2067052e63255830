import type { Field, Resource } from '../../graph';
import { exampleApplication } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

export const applicationIncomplete: Rule = {
  code: 'GIT017',
  severity: 'error',
  title: 'An Application is incomplete or contradicts itself',
  why: 'The API server accepts the Application, and Argo CD does not sync it: the condition `InvalidSpecError` names the field. Nothing that it should deploy is deployed. An entry of `ignoreDifferences` without a field, or a sync option without a value, has no effect and nobody says so.',
  fix: 'Give each source a repository and one of path, chart and ref, and the destination one of server and name. Write sync options as `Name=value`.',
  whenNotToUse: 'When the field is filled in later, by a template of an ApplicationSet or by kustomize.',
  confirmedBy: 'Argo CD 3.5, read from its source (`util/argo/argo.go`, `ValidateRepo` and `ValidatePermissions`).',
  bad: exampleApplication('').replace('path: deploy, ', ''),
  good: exampleApplication(''),
  check(graph, report) {
    for (const application of graph.ofKind('Application', 'argoproj.io')) checkApplication(application, report);
  },
};

function checkApplication(application: Resource, report: Report): void {
  const spec = application.field('spec');
  const several = spec.get('sources').items();
  const sources = several.length > 0 ? several : spec.get('source').exists ? [spec.get('source')] : [];
  for (const source of sources) checkSource(source, application, report);
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
  for (const option of spec.get('syncPolicy', 'syncOptions').items()) {
    if (option.string === undefined || /^[A-Za-z]+=[A-Za-z]+$/.test(option.string)) continue;
    report(option, `${application} has the sync option '${option.string}', which Argo CD passes over`, {
      severity: 'warning',
      hint: "write it with a value: 'Validate=false'",
    });
  }
}

function checkSource(source: Field, application: Resource, report: Report): void {
  const repository = source.get('repoURL');
  if (!repository.string?.trim() && (repository.value === undefined || typeof repository.value === 'string')) {
    report(repository.exists ? repository : source, `a source of ${application} has no repository`, {
      hint: 'give repoURL',
    });
  }
  const given = ['path', 'chart', 'ref'].filter((key) => source.get(key).string);
  if (given.length === 0) {
    report(source, `a source of ${application} has neither a path nor a chart`, {
      on: 'key',
      hint: "name the folder; '.' is the whole repository",
    });
  } else if (given.includes('path') && given.includes('chart')) {
    report(source.get('chart'), `a source of ${application} has both a path and a chart`, {
      on: 'key',
      hint: 'use one',
    });
  }
}

import { containerPorts, services, targetOf } from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifests = (target: string): string =>
  documents(
    exampleRollout('{}').replace(
      / {2}template:.*/,
      `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          ports: [{ name: http, containerPort: 8080 }]`,
    ),
    exampleService('checkout', `selector: { app: checkout }\nports: [{ name: http, port: 80, targetPort: ${target} }]`),
  );

export const targetPort: Rule = {
  code: 'TRF024',
  severity: 'error',
  title: 'The targetPort of a Service is no port of the pods',
  why: 'Kubernetes looks up a port name in the containers. If no container has it, the Service has no endpoints, and requests answer 503.',
  fix: 'Name a port of a container, or write its number.',
  whenNotToUse: 'When a sidecar that is injected in the cluster has the port.',
  confirmedBy: 'Kubernetes 1.34, by its documentation.',
  bad: manifests('htp'),
  good: manifests('http'),
  peers: { kubeLinter: 'invalid-target-ports, not for Rollouts', kiali: 'KIA0701, in the cluster' },
  checkPart(graph, report, part) {
    for (const service of part(services(graph))) {
      for (const port of service.ports) {
        if (typeof port.target !== 'string' || /^\d+$/.test(port.target)) continue;
        for (const workload of service.workloads) {
          if (workload.resource.kind !== 'Rollout' || targetOf(port, workload)) continue;
          const ports = containerPorts(workload);
          const meant = closest(
            port.target,
            ports.flatMap(({ name }) => name ?? []),
          );
          const names = ports.flatMap(({ name }) => name ?? []).map((name) => `'${name}'`);
          report(
            port.field.get('targetPort'),
            `${service.resource} targets the port '${port.target}', which the pods of ${workload.resource} do not have`,
            {
              mistake: { in: workload.template.get('spec', 'containers'), what: port.target },
              didYouMean:
                meant === undefined
                  ? undefined
                  : { name: meant, field: ports.find(({ name }) => name === meant)?.field },
              hint: meant
                ? undefined
                : names.length > 0
                  ? `they have ${names.join(', ')}`
                  : 'their ports have no names',
            },
          );
        }
      }
    }
  },
};

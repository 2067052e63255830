import { dnsLabelProblem, portNameProblem } from '../../formats/names';
import type { Field, Resource } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';

const manifest = (second: string): string => `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  selector:
    app: checkout
  ports:
    - name: http
      port: 80
    - name: ${second}
      port: 9090
`;

export const servicePorts: Rule = {
  code: 'SCH010',
  severity: 'error',
  title: 'A Service has no ports, or ports that conflict',
  why: 'The API server refuses the Service. Routes, monitors and the Rollout that refer to it then find nothing.',
  fix: 'Add at least one port. Several ports need unique names, and no two may have the same number and protocol.',
  whenNotToUse: 'There is no setup in which the API server accepts this.',
  confirmedBy: CONFIRMED_BY.apiServer,
  bad: manifest('http'),
  good: manifest('http-metrics'),
  peers: { kubeLinter: 'dangling-service and others, not this' },
  checkPart(graph, report, part) {
    for (const service of part(graph.ofKind('Service', ''))) checkService(service, report);
  },
};

function checkService(service: Resource, report: Report): void {
  const spec = service.field('spec');
  const type = spec.get('type').string ?? 'ClusterIP';
  const headless = spec.get('clusterIP').string === 'None';
  const external = spec.get('externalName');
  if (type === 'ExternalName' && !external.string) report(external, `${service} is an ExternalName without a name`);
  if (type !== 'ExternalName' && headless && type !== 'ClusterIP') {
    report(spec.get('clusterIP'), `${service} is headless, and a ${type}`);
  }
  const ports = spec.get('ports').items();
  // SCH004 reports another type than a list.
  if (ports.length === 0 && !headless && type !== 'ExternalName' && !isWrong(spec.get('ports'))) {
    report(spec.get('ports'), `${service} has no ports`);
  }
  const names = new Map<string, Field>();
  const numbers = new Map<string, Field>();
  for (const port of ports) {
    checkName(port.get('name'), ports.length, names, service, report);
    checkNumbers(port, numbers, service, report);
  }
}

const isWrong = ({ value }: Field): boolean => value !== undefined && value !== null && !Array.isArray(value);

function checkName(name: Field, count: number, seen: Map<string, Field>, owner: Resource, report: Report): void {
  if (!name.exists || name.value === '') {
    if (count > 1) report(name, `${owner} has ${count} ports, of which one has no name`);
    return;
  }
  if (name.string === undefined) return;
  const problem = dnsLabelProblem(name, name.string);
  if (problem) report(name, problem.split('; ')[0]);
  const first = seen.get(name.string);
  if (first) {
    const related = { field: first, message: 'the first one' };
    report(name, `${owner} has two ports of the name '${name.string}'`, { related });
  } else seen.set(name.string, name);
}

function checkNumbers(port: Field, seen: Map<string, Field>, owner: Resource, report: Report): void {
  const number = port.get('port');
  const target = port.get('targetPort');
  if (number.number !== undefined) {
    outOfRange(number, report);
    const protocol = port.get('protocol').string || 'TCP';
    const key = `${protocol} ${number.number}`;
    const first = seen.get(key);
    if (first) {
      const related = { field: first, message: 'the first one' };
      report(number, `${owner} has the ${protocol} port ${number.number} twice`, { related });
    } else seen.set(key, number);
  }
  if (target.number !== undefined) outOfRange(target, report);
  else if (target.string) {
    const problem = portNameProblem(target, target.string);
    if (problem) report(target, problem.split('; ')[0]);
  }
}

/** A target of 0, or an empty text, means that none is given. */
function outOfRange(field: Field, report: Report): void {
  const { number = 1 } = field;
  if (Number.isInteger(number) && number >= 1 && number <= 65535) return;
  const least = field.path[field.path.length - 1] === 'targetPort' ? 0 : 1;
  if (number === least) return;
  report(field, `${field} is ${number}, which is not a port`, { hint: 'it must be from 1 to 65535' });
}

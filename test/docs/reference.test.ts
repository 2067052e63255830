// The API reference is made of the assembly's documentation: everything is in it, with its default, its unit and its source.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Documented {
  readonly name: string;
  readonly docs?: { readonly summary?: string; readonly remarks?: string; readonly default?: string };
}
interface Property extends Documented {
  readonly optional?: boolean;
  readonly type: { readonly primitive?: string };
}
interface Type extends Documented {
  readonly fqn: string;
  readonly kind: string;
  readonly datatype?: boolean;
  readonly properties?: readonly Property[];
  readonly members?: readonly Documented[];
  readonly methods?: readonly (Documented & {
    readonly parameters?: readonly Documented[];
    readonly overrides?: string;
  })[];
}

const { types } = JSON.parse(readFileSync(join(__dirname, '../../.jsii'), 'utf8')) as { types: Record<string, Type> };
const all = Object.values(types);
const options = all
  .filter(({ datatype }) => datatype)
  .flatMap((type) => (type.properties ?? []).map((property) => [`${type.name}.${property.name}`, property] as const));
const said = ({ docs, name }: Documented) => `${name} ${docs?.summary} ${docs?.remarks ?? ''}`;

test('every type, option, choice and parameter says what it is', () => {
  const silent = all.flatMap((type) => [
    ...(type.docs?.summary ? [] : [type.name]),
    ...[...(type.properties ?? []), ...(type.members ?? []), ...(type.methods ?? [])]
      .filter(({ docs }) => !docs?.summary)
      .map(({ name }) => `${type.name}.${name}`),
    // Those of a method that cdk8s-plus has are documented there.
    ...(type.methods ?? [])
      .filter(({ overrides }) => overrides === undefined)
      .flatMap(({ name, parameters = [] }) =>
        parameters.filter(({ docs }) => !docs?.summary).map((one) => `${type.name}.${name}(${one.name})`),
      ),
  ]);
  expect(silent).toEqual([]);
  expect(options.length).toBeGreaterThan(600);
});

test('every option that may be left out says what then is', () => {
  expect(options.filter(([, { optional, docs }]) => optional && !docs?.default).map(([name]) => name)).toEqual([]);
});

test('every number says of what it is', () => {
  const unit =
    /percent|share|port|number|counting|index|status|code|score|weight|quantile|objective|probability|between 0 and|how (many|often)|times|(connections|requests|retries|streams)/i;
  const bare = options.filter(([, property]) => property.type.primitive === 'number' && !unit.test(said(property)));
  expect(bare.map(([name]) => name)).toEqual([]);
});

/** What is this library's own idea, so that there is no source but itself. */
const OWN = [
  ...[
    'CanaryApp',
    'CanaryAppFailures',
    'CanaryAppProps',
    'AcceptedFinding',
    'CanaryAppServices',
    'StepPlan',
    'PodDefaults',
    'MonitoringOptions',
    'MonitorKind',
    'VersionLabel',
  ],
  ...['CanaryCheck', 'CheckOptions', 'RequestCheckOptions', 'FailureCriteria', 'QueryCheckOptions', 'ErrorRateOptions'],
  ...[
    'ErrorsAgainstStableOptions',
    'FailureCountOptions',
    'SuccessRateOptions',
    'LatencyOptions',
    'TrafficShareOptions',
  ],
  'LatencyAgainstStableOptions',
];

test('whatever comes from elsewhere names its source, or belongs to what does', () => {
  const known = new Set(all.filter((type) => JSON.stringify(type).includes('https://')).map(({ fqn }) => fqn));
  const parts = (type: Type) =>
    [...JSON.stringify(type).matchAll(/"(cdk8s-canary\.\w+)"/g)].map(([, fqn]) => fqn).filter((fqn) => fqn in types);
  // A set grows while it is walked.
  for (const fqn of known) for (const part of parts(types[fqn])) known.add(part);
  const without = all.filter(({ fqn }) => !known.has(fqn)).map(({ name }) => name);
  expect(without.filter((name) => !OWN.includes(name))).toEqual([]);
});

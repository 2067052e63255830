import type Ajv from 'ajv';
import type { ErrorObject } from 'ajv';
import { oneLine } from '../../formats/encode/terminal';
import { excerpt, SourceFile } from '../../formats/source';
import { readDocument } from '../../formats/yaml';
import { GROUPS, SEVERITIES, type Severity } from '../../rules';
import { readVersions, SYSTEMS, type SystemKey } from '../../versions';

/** The content of a configuration file. Options of the command line take precedence. */
export interface LintConfig {
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly failOn?: Severity | 'never';
  readonly closedWorld?: boolean;
  /** A file, from the configuration's folder. */
  readonly baseline?: string;
  readonly severity?: { readonly [code: string]: Severity };
  /** The releases that the cluster runs, by system: "1.9", or a range such as "1.8 - 1.10". */
  readonly versions?: { readonly [key in SystemKey]?: string };
}

const rules = {
  type: 'array',
  items: { type: 'string', pattern: `^(${Object.keys(GROUPS).join('|')})([0-9]{3})?$` },
  uniqueItems: true,
};

/** The JSON Schema of the configuration file. */
export const LINT_CONFIG_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://unpkg.com/cdk8s-canary/docs/rules/lint-config.schema.json',
  title: 'Configuration of cdk8s-canary lint',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    select: { ...rules, description: 'Only these rules, by code (REF004) or group (REF). Default: all.' },
    ignore: { ...rules, description: 'Do not run these rules, by code or group.' },
    failOn: { enum: [...SEVERITIES, 'never'], description: 'Minimum severity that fails. Default: advice.' },
    closedWorld: {
      type: 'boolean',
      description: 'The manifests given are all there are, so that a reference to something else is an error.',
    },
    baseline: { type: 'string', description: 'A file of known findings that do not count, from this file on.' },
    severity: {
      type: 'object',
      description: 'Other severities, by code.',
      propertyNames: { pattern: `^(${Object.keys(GROUPS).join('|')})[0-9]{3}$` },
      additionalProperties: { enum: SEVERITIES },
    },
    versions: {
      type: 'object',
      description:
        'The releases that the cluster runs: "1.9", or "1.8 - 1.10" for all of a range. Default: the newest.',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(SYSTEMS).map(([key, { title }]) => [key, { type: 'string', description: `${title}.` }]),
      ),
    },
  },
};

/** Reads a configuration file (YAML or JSON). Throws an Error that lists all problems, one per line. */
export function parseLintConfig(text: string, codes: readonly string[]): LintConfig {
  const { value, error, dropped, duplicates } = readDocument(text);
  const broken = [...(error ? [error] : []), ...(dropped ? [dropped] : []), ...duplicates];
  if (broken.length > 0) {
    const file = new SourceFile('', text);
    const lines = broken.map((problem) => {
      const { line, column } = file.place(problem);
      return `line ${line}, column ${column}: ${problem.message}\n${excerpt({ file, ...problem })}`;
    });
    throw new Error(lines.join('\n'));
  }
  return checkLintConfig(value ?? {}, codes);
}

/** Loaded on demand: many runs have no configuration. */
function ajv(): typeof Ajv {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('ajv') as typeof import('ajv')).default;
}

/** Validates a configuration. Throws an Error that lists all problems, one per line. */
export function checkLintConfig(given: unknown, codes: readonly string[]): LintConfig {
  const config = given as LintConfig;
  const validate = new (ajv())({ allErrors: true }).compile(LINT_CONFIG_SCHEMA);
  if (!validate(config)) throw new Error(validate.errors!.map((one) => oneLine(explain(one))).join('\n'));
  const named = [...(config.select ?? []), ...(config.ignore ?? []), ...Object.keys(config.severity ?? {})];
  const unknown = named.filter((name) => name.length > 3 && !codes.includes(name));
  if (unknown.length > 0) throw new Error(unknown.map((name) => `there is no rule ${name}`).join('\n'));
  const { problems } = readVersions(config.versions ?? {});
  if (problems.length > 0)
    throw new Error(problems.map(({ key, message }) => oneLine(`versions.${key}: ${message}`)).join('\n'));
  return config;
}

function explain({ instancePath, keyword, params, message }: ErrorObject): string {
  const where = instancePath === '' ? 'the configuration' : instancePath.slice(1).replaceAll('/', '.');
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: string[] };
  if (keyword === 'additionalProperties') {
    const known = Object.keys(LINT_CONFIG_SCHEMA.properties).filter((name) => name !== '$schema');
    return `${where} has '${additionalProperty}', which is none of ${known.join(', ')}`;
  }
  if (allowedValues) return `${where} must be one of ${allowedValues.join(', ')}`;
  return `${where} ${message}`;
}

import Ajv, { type ErrorObject } from 'ajv';
import { didYouMean } from '../../formats/did-you-mean';
import { oneLine } from '../../formats/encode/terminal';
import type { SourceFile } from '../../formats/source';
import type { YamlSource } from '../../formats/yaml';
import { formatPath, type Path } from '../../graph';
import { SCENARIO_SCHEMA } from './schema';

const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strict: true, strictTypes: false });
const validate = ajv.compile(SCENARIO_SCHEMA);

/** Everything in a value that a file of scenarios does not have, each with its place and what would be right. */
export function schemaProblems(value: unknown, file: SourceFile, document: YamlSource): string[] {
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  const found = errors.map((error) => {
    const path = pathOf(error);
    const { message, at, on } = describe(error, path);
    const { line, column } = file.place(document.range(at, on));
    return oneLine(`${file.name}:${line}:${column}  ${message}`);
  });
  return [...new Set(found)];
}

function pathOf({ instancePath }: ErrorObject): Path {
  return instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function describe(error: ErrorObject, path: Path): { message: string; at: Path; on: 'key' | 'value' } {
  const { keyword, params, data, parentSchema } = error;
  const where = path.length === 0 ? 'the file' : formatPath(path);
  const schema = parentSchema as { readonly properties?: object; readonly description?: string };
  switch (keyword) {
    case 'additionalProperties': {
      const { additionalProperty: key } = params as { additionalProperty: string };
      const known = Object.keys(schema.properties ?? {});
      return { message: `${where} has no '${key}'${didYouMean(key, known)}`, at: [...path, key], on: 'key' };
    }
    case 'required': {
      const { missingProperty: key } = params as { missingProperty: string };
      return { message: `${where} has no '${key}', which it needs`, at: path, on: 'key' };
    }
    case 'enum': {
      const { allowedValues } = params as { allowedValues: string[] };
      return {
        message: `${where} is ${JSON.stringify(data)}${didYouMean(String(data), allowedValues)}`,
        at: path,
        on: 'value',
      };
    }
    default:
      return {
        message: `${where} is ${shown(data)}; give ${schema.description ?? error.message}`,
        at: path,
        on: 'value',
      };
  }
}

function shown(data: unknown): string {
  const text = JSON.stringify(data) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CutStencils } from './stencil';
import { writeAside } from './cache';
import { PRIVATE, sha256 } from './output';
import { sealOf } from './seal';

/** So many are kept for the next run, the newest. */
const MOST = 300;
export const NO_STENCILS: CutStencils = new Map();

const fileIn = (out: string) => join(out, PRIVATE, 'stencils');

/** The stencils that earlier runs of the same version of this tool created in this folder. */
export function readStencils(out: string, tool: string): CutStencils {
  const seal = sealOf(out, tool);
  let text: string;
  try {
    text = readFileSync(fileIn(out), 'utf8');
  } catch {
    return NO_STENCILS; // None yet, or none that can be read.
  }
  const [made, sum = ''] = text.split('\n', 2);
  const rest = text.slice(made.length + 1 + sum.length + 1);
  if (seal === undefined || made !== seal || sum !== sha256(rest)) return NO_STENCILS;
  return new Map(
    rest.split('\n').map((line): [string, string] => {
      const tab = line.indexOf('\t');
      return [JSON.parse(line.slice(0, tab)) as string, line.slice(tab + 1)];
    }),
  );
}

export function writeStencils(out: string, tool: string, stencils: CutStencils): void {
  const seal = sealOf(out, tool);
  if (seal === undefined) return;
  const lines = [...stencils].slice(-MOST).map(([shape, stencil]) => `${JSON.stringify(shape)}\t${stencil}`);
  const rest = lines.join('\n');
  writeAside(fileIn(out), [`${seal}\n${sha256(rest)}\n`, rest]);
}

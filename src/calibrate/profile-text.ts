import { oneLine } from '../formats/encode/terminal';
import { writeYaml } from '../formats/yaml';
import type { TrafficProfile } from '../traffic-model';
import type { Calibration } from './result';

const WIDTH = 118;

/** The measured fields as a traffic profile. */
export const profileOf = ({ measured }: Calibration): Partial<TrafficProfile> =>
  Object.fromEntries(measured.map(({ field, value }) => [field, value]));

/** The traffic profile as YAML, with the origin and the spread of each field as comments. */
export function profileText(calibration: Calibration): string {
  const { rollout, address, from, to, measured, missing } = calibration;
  const lines = [
    ...comment(`Traffic of ${rollout}, measured by cdk8s-canary calibrate.`),
    ...comment(`From ${address}, ${minute(from)} to ${minute(to)}.`),
  ];
  for (const { field, value, from: origin } of measured) {
    lines.push('', ...comment(origin), valueText(field, value));
  }
  if (missing.length > 0) {
    lines.push('', ...comment('Not measured:'));
    for (const { what, why } of missing) lines.push(...comment(`- ${what}: ${why}`));
  }
  // Nothing but comments is no profile to those who read it.
  if (measured.length === 0) lines.push('{}');
  return `${lines.join('\n')}\n`;
}

function valueText(field: string, value: unknown): string {
  if (Array.isArray(value)) return `${field}:${listText(value)}`;
  return writeYaml({ [field]: value }).trimEnd();
}

const HOURS = 24;
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A week has a line for each day. */
function listText(values: readonly unknown[]): string {
  if (values.length !== DAYS.length * HOURS) return ` [${values.join(', ')}]`;
  const lines = DAYS.map((name, i) => `    ${values.slice(i * HOURS, (i + 1) * HOURS).join(', ')}, # ${name}`);
  return ['', '  [', ...lines, '  ]'].join('\n');
}

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Lines of a comment; what comes from elsewhere cannot end one. */
function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '#' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readTextFile } from '../formats/text-file';

/** Files that become manifests; `_helpers.tpl` and `NOTES.txt` do not. */
const TEMPLATE = /\.(ya?ml|json)$/i;

/** The folder of the chart that has a file among its templates. */
export function chartOf(file: string, cwd: string): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder) === 'templates' && existsSync(resolve(cwd, dirname(folder), 'Chart.yaml')))
      return dirname(folder);
  }
  return undefined;
}

/** The message about a chart whose templates are not read. */
export function skippedTemplates(
  chart: string,
  cwd: string,
  found: number,
): { readonly name: string; readonly message: string; readonly chart: string } {
  return {
    name: join(chart, 'templates'),
    chart,
    message: `${found === 1 ? '1 template' : `${found} templates`} of chart ${chartName(chart, cwd)} ${found === 1 ? 'was' : 'were'} skipped: render with \`helm template ${chart}\``,
  };
}

function chartName(chart: string, cwd: string): string {
  try {
    const text = readTextFile(resolve(cwd, chart, 'Chart.yaml'));
    const name = /^name:\s*["']?([\w.-]+)/m.exec(text)?.[1];
    if (name !== undefined) return name;
  } catch {
    // The folder is enough to identify it.
  }
  return basename(resolve(cwd, chart));
}

/** The files of a folder that Helm renders. Links are not followed. */
export function templatesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return templatesBelow(path);
      return entry.isFile() && TEMPLATE.test(entry.name) && !entry.name.startsWith('_') ? [path] : [];
    });
  } catch {
    return [];
  }
}

import { readFileSync } from 'node:fs';
import { CanaryAppConfig } from './companion-options';

/** The entries of a configuration, those of files included. */
export function configData({ data = {}, files = {} }: CanaryAppConfig): { [key: string]: string } {
  const read = Object.entries(files).map(([key, path]) => [key, readFileSync(path, 'utf8')]);
  return { ...data, ...Object.fromEntries(read) };
}

/** Keys that are given twice. */
export function configProblems({ data = {}, files = {} }: CanaryAppConfig): string[] {
  return Object.keys(files)
    .filter((key) => Object.hasOwn(data, key))
    .map((key) => `config.data and config.files contradict each other: both give '${key}'; leave one of them out`);
}

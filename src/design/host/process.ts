// Stands for the global `process` in the browser.
export const process = {
  env: {} as { [name: string]: string | undefined },
  platform: 'linux',
  cwd: () => '/',
  argv: [],
};

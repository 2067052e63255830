export { explain } from './explanation';
export type { Explanation, Outcome } from './explanation';
export { explanationPage } from './page';
export { explanationMarkdown, explanationText, patchYaml } from './text';

export { explain } from './explanation';
export { explanationPage } from './page';
export { explanationMarkdown, explanationText } from './text';

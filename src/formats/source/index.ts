export { caretLines, excerpt } from './caret';
export { type FileRange, type Place, type Range, SourceFile } from './source-file';

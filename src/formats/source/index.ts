export { caretLines, excerpt } from './caret';
export { type FileRange, holdsSuppressions, type KeptText, type Place, type Range, SourceFile } from './source-file';

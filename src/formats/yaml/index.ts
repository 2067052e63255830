export { type Range, YamlError, YamlNode, type YamlProblem, type YamlStyle } from './node';
export type { ParsedText } from './parse';
export { documentParts, type LocatedDuplicate, parseDocument, readDocument, readDocuments, type YamlDocument } from './read';
export { resolvePlain } from './resolve';
export { inlineText, plainScalarIsSafe, quoted } from './quote';
export { writeYaml, writeYamlDocuments } from './write';

export { dereference, fieldsOf, type FoundField, type YamlField } from './fields';
export { YamlNode, type YamlProblem, type YamlStyle } from './node';
export type { ParsedText } from './parse';
export { inlineText, plainScalarIsSafe, quoted } from './quote';
export {
  commentsOf,
  documentParts,
  type LocatedDuplicate,
  parseDocument,
  readDocument,
  readDocuments,
  type YamlDocument,
} from './read';
export { scalarValue } from './resolve';
export { writeScalar, writeYaml, writeYamlDocuments } from './write';
export { YamlSource } from './yaml-source';

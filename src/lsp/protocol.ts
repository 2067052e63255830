// What is used of the protocol's library at run time. The bundle keeps it in a file of its own, because only one command
// needs it.
export {
  CodeActionKind,
  CompletionItemKind,
  createConnection,
  DiagnosticSeverity,
  ErrorCodes,
  MarkupKind,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
export { TextDocument } from 'vscode-languageserver-textdocument';

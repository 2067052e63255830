// Starts `cdk8s-canary lsp` and shows what it says. Everything that knows about canaries is in the server.
const { commands, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

/** @type {LanguageClient | undefined} */
let client;

exports.activate = async (context) => {
  context.subscriptions.push(
    commands.registerCommand('cdk8s-canary.restart', () => client?.restart()),
    workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration('cdk8sCanary.command')) return;
      await client?.stop();
      await start();
    }),
  );
  await start();
};

exports.deactivate = () => client?.stop();

async function start() {
  const [command, ...args] = workspace.getConfiguration('cdk8sCanary').get('command');
  const server = { command, args: [...args, 'lsp', '--stdio'] };
  client = new LanguageClient('cdk8sCanary', 'cdk8s-canary', server, {
    documentSelector: [
      { scheme: 'file', language: 'yaml' },
      { scheme: 'file', pattern: '**/*.{yaml,yml,json}' },
    ],
    middleware: {
      // The lens above a rollout: its plan in a document of its own.
      executeCommand: async (name, given, next) => {
        const content = await next(name, given);
        if (typeof content !== 'string') return content;
        const document = await workspace.openTextDocument({ language: 'markdown', content });
        await window.showTextDocument(document, { preview: true });
        return commands.executeCommand('markdown.showPreview', document.uri);
      },
    },
  });
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(
      `cdk8s-canary cannot be started: ${error.message}. Install it with \`npm install --global cdk8s-canary\`, or set cdk8sCanary.command.`,
    );
  }
}

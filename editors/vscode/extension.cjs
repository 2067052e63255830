// Starts `cdk8s-canary lsp` and shows what it says. Everything that knows about canaries is in the server.
const { commands, EventEmitter, Uri, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

/** @type {LanguageClient | undefined} */
let client;

/** The scheme of plans, which are read-only documents that nobody is asked to save. */
const PLAN = 'cdk8s-canary-plan';
const plans = new Map();
const planChanged = new EventEmitter();

exports.activate = async (context) => {
  context.subscriptions.push(
    planChanged,
    workspace.registerTextDocumentContentProvider(PLAN, {
      onDidChange: planChanged.event,
      provideTextDocumentContent: (uri) => plans.get(uri.path),
    }),
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
      // The lens above a rollout: its plan as a page.
      executeCommand: async (name, given, next) => {
        const content = await next(name, given);
        if (typeof content !== 'string') return content;
        const uri = Uri.from({ scheme: PLAN, path: `/${given.at(-1)}.md` });
        plans.set(uri.path, content);
        planChanged.fire(uri);
        return commands.executeCommand('markdown.showPreview', uri);
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

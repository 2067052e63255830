// The engine of the page: reads, plans and simulates away from the thread that draws, so that the page stays responsive.
import { evaluate, readGiven, type Source, SourceError, suggestDraft } from '../engine';
import { FILES } from '../host/files';
import { type Answer, type Request, viewOf } from '../protocol';

declare const self: DedicatedWorkerGlobalScope;

let source: Source | undefined;
/** The newest request: whatever came before is given up. */
let newest = 0;

const answer = (message: Answer): void => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<Request>): void => {
  newest = data.id;
  handle(data).catch((error: unknown) => answer({ id: data.id, kind: 'failed', problems: problemsOf(error) }));
};

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof SourceError) return error.problems;
  return [error instanceof Error ? error.message : String(error)];
}

async function handle(request: Request): Promise<void> {
  const { id } = request;
  switch (request.kind) {
    case 'start':
      for (const [path, text] of Object.entries(request.files)) FILES.set(path, text);
      return;
    case 'stop':
      return;
    case 'read': {
      source = readGiven(request.given);
      return answer({ id, kind: 'read', source: viewOf(source) });
    }
    case 'evaluate':
      for (const evaluation of evaluate(source!, request.draft, request.conditions)) {
        answer({ id, kind: 'evaluated', evaluation });
        await othersWereHeard();
        if (id !== newest) return;
      }
      return;
    case 'suggest': {
      const suggestion = suggestDraft(source!, request.draft, request.conditions, request.goal);
      return answer({ id, kind: 'suggested', suggestion });
    }
  }
}

/** Lets messages in that have arrived in the meantime. A timer would wait for milliseconds. */
function othersWereHeard(): Promise<void> {
  return new Promise((heard) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      heard();
    };
    port2.postMessage(undefined);
  });
}

import type { Answer, Request } from '../protocol';

type Asked = Request extends infer R ? (R extends { readonly id: number } ? Omit<R, 'id'> : never) : never;
type Heard = (answer: Answer) => void;

/** A text that the page brings along, packed. */
async function unpacked(id: string): Promise<string> {
  const packed = document.getElementById(id)!.textContent.trim();
  const letters = atob(packed);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

let code: Promise<{ readonly url: string; readonly files: { readonly [path: string]: string } }> | undefined;

async function load(): Promise<{ readonly url: string; readonly files: { readonly [path: string]: string } }> {
  const [engine, files] = await Promise.all([unpacked('engine'), unpacked('files')]);
  const url = URL.createObjectURL(new Blob([engine], { type: 'text/javascript' }));
  return { url, files: JSON.parse(files) as { readonly [path: string]: string } };
}

/** A worker that answers requests. */
export class Client {
  private next = 1;
  private readonly waiting = new Map<number, Heard>();

  private constructor(private readonly worker: Worker) {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.waiting.get(data.id)?.(data);
    worker.onerror = (event) => {
      for (const heard of this.waiting.values()) heard({ id: 0, kind: 'failed', problems: [event.message] });
    };
  }

  static async start(): Promise<Client> {
    code ??= load();
    const { url, files } = await code;
    const client = new Client(new Worker(url));
    client.ask({ kind: 'start', files }, () => undefined);
    return client;
  }

  /** Asks, and hears each answer until the next request. */
  ask(asked: Asked, heard: Heard): void {
    const id = this.next++;
    this.waiting.clear();
    this.waiting.set(id, heard);
    this.worker.postMessage({ ...asked, id });
  }

  /** Asks, and gives the first answer. */
  once(asked: Asked): Promise<Answer> {
    return new Promise((heard) => this.ask(asked, heard));
  }

  /** Gives up what was asked. */
  stop(): void {
    this.ask({ kind: 'stop' }, () => undefined);
  }

  end(): void {
    this.worker.terminate();
  }
}

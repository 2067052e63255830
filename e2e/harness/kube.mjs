// A client of the API server, just large enough for this run.
import { Agent, request } from 'node:https';
import { sleep } from './processes.mjs';

const SERVED_WITHIN_MS = 60_000;

/** Where the objects of a kind are. Kinds that the run does not know by themselves come from discovery. */
export class Kube {
  #agent;
  #kinds = new Map();

  constructor({ url, ca, token }) {
    this.url = url;
    this.token = token;
    this.#agent = new Agent({ ca, keepAlive: true, maxSockets: 16 });
  }

  /**
   * The parsed answer; an error with `status` where the server refuses. A group whose definitions were applied a moment ago is
   * waited for: until it is served, the answer is no `Status`.
   */
  async call(method, path, body, type = 'application/json') {
    for (const deadline = Date.now() + SERVED_WITHIN_MS; ; await sleep(500)) {
      try {
        return await this.#send(method, path, body, type);
      } catch (error) {
        if (error.status !== 404 || error.isStatus || Date.now() > deadline) throw error;
      }
    }
  }

  #send(method, path, body, type) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${this.token}`,
        accept: 'application/json',
        ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      };
      const sent = request(this.url + path, { method, headers, agent: this.#agent }, (answer) => {
        let all = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => (all += part));
        answer.on('end', () => {
          const value = all === '' ? undefined : parsed(all);
          if (answer.statusCode < 300) resolve(value);
          else {
            const { message = all, kind } = value ?? {};
            reject(Object.assign(new Error(message), { status: answer.statusCode, isStatus: kind === 'Status' }));
          }
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }

  list = async (path) => (await this.call('GET', path)).items;

  /** The path of an object, or of its collection where no name is given. */
  async pathOf({ apiVersion, kind }, namespace, name) {
    const { plural, namespaced } = await this.#kind(apiVersion, kind);
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const place = namespaced ? `/namespaces/${namespace}` : '';
    return `${root}${place}/${plural}${name === undefined ? '' : `/${name}`}`;
  }

  /** Server-side apply, as `kubectl apply --server-side` does it. */
  async apply(object, namespace) {
    const { name, namespace: own } = object.metadata;
    const path = await this.pathOf(object, own ?? namespace, name);
    return this.call('PATCH', `${path}?fieldManager=e2e&force=true`, object, 'application/apply-patch+yaml');
  }

  mergePatch = (path, patch) => this.call('PATCH', path, patch, 'application/merge-patch+json');

  close() {
    this.#agent.destroy();
  }

  async #kind(apiVersion, kind) {
    const key = `${apiVersion} ${kind}`;
    if (!this.#kinds.has(key)) {
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      for (const one of (await this.call('GET', root)).resources) {
        if (one.name.includes('/')) continue;
        this.#kinds.set(`${apiVersion} ${one.kind}`, { plural: one.name, namespaced: one.namespaced });
      }
    }
    const found = this.#kinds.get(key);
    if (!found) throw new Error(`the API server does not know ${kind} of ${apiVersion}`);
    return found;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

// Stands for `node:crypto` in the browser: hashes of texts.
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const ALGORITHMS = { md5, sha1, sha256 };

/** What `createHash` of Node.js gives, as far as it is used. */
class Hash {
  private text = '';

  constructor(private readonly algorithm: keyof typeof ALGORITHMS) {}

  update(text: string): this {
    this.text += text;
    return this;
  }

  digest(): Uint8Array;
  digest(encoding: 'hex'): string;
  digest(encoding?: 'hex'): Uint8Array | string {
    const bytes = ALGORITHMS[this.algorithm](utf8ToBytes(this.text));
    return encoding === undefined ? bytes : bytesToHex(bytes);
  }
}

export const createHash = (algorithm: keyof typeof ALGORITHMS): Hash => new Hash(algorithm);

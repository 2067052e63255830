import { type Signed, signatureNumbers } from '../formats/file-signature';

/** How many numbers a signature has. */
const NUMBERS = 4;
/** The bytes of a hash. */
const HASH = 32;
/** Between two names: in no name. */
const BETWEEN = '\u0000';

/** The signatures of the files of a run. As texts, those of 70,000 files would take longer to make than the files to find. */
export class Signatures {
  /** Not a number where nothing shows that the file was left alone since, so that it equals nothing. */
  constructor(readonly numbers: Float64Array) {}

  /** Of files of which nothing is known. */
  static ofCount(count: number): Signatures {
    return new Signatures(new Float64Array(NUMBERS * count).fill(NaN));
  }

  set(place: number, there: Signed | undefined): void {
    if (there === undefined) return;
    const from = NUMBERS * place;
    // `set` of a list takes ten times as long.
    const signature = signatureNumbers(there);
    for (let nth = 0; nth < NUMBERS; nth++) this.numbers[from + nth] = signature[nth];
  }

  has(place: number): boolean {
    return !Number.isNaN(this.numbers[NUMBERS * place]);
  }

  isSame(place: number, { numbers }: Signatures): boolean {
    const from = NUMBERS * place;
    for (let at = from; at < from + NUMBERS; at++) if (this.numbers[at] !== numbers[at]) return false;
    return true;
  }

  /** These, with others for some files. */
  with(places: Iterable<number>, { numbers }: Signatures): Signatures {
    const all = this.numbers.slice();
    for (const place of places) {
      const from = NUMBERS * place;
      all.set(numbers.subarray(from, from + NUMBERS), from);
    }
    return new Signatures(all);
  }
}

/** The facts about a file. */
export interface KnownFile {
  readonly name: string;
  readonly hash: Buffer;
  /** The number of its group. */
  readonly group: number;
  /** Whether it holds an object that concerns files of any group. */
  readonly isHub: boolean;
}

/**
 * The files of a stored run, in the order in which they were read. Nearly all of 70,000 are only compared, so they are kept by
 * columns, without an object for each.
 */
export class KnownFiles {
  private constructor(
    readonly count: number,
    readonly signatures: Signatures,
    private readonly groups: Int32Array,
    private readonly hubs: Uint8Array,
    private readonly hashes: Buffer,
    /** Each with a separator behind it. */
    private readonly names: string,
    /** Where each name begins, and where the last one ends. */
    private readonly starts: Int32Array,
  ) {}

  static of(files: readonly KnownFile[], signatures: Signatures): KnownFiles {
    const starts = new Int32Array(files.length + 1);
    for (const [place, { name }] of files.entries()) starts[place + 1] = starts[place] + name.length + 1;
    return new KnownFiles(
      files.length,
      signatures,
      Int32Array.from(files, ({ group }) => group),
      Uint8Array.from(files, ({ isHub }) => (isHub ? 1 : 0)),
      Buffer.concat(files.map(({ hash }) => hash)),
      files.map(({ name }) => `${name}${BETWEEN}`).join(''),
      starts,
    );
  }

  /** Reads what `bytes` gave for so many files. */
  static read(content: Buffer, count: number): KnownFiles {
    let at = 0;
    // A copy begins where numbers may begin.
    const next = (size: number): ArrayBuffer => new Uint8Array(content.subarray(at, (at += size * count))).buffer;
    const signatures = new Signatures(new Float64Array(next(NUMBERS * Float64Array.BYTES_PER_ELEMENT)));
    const groups = new Int32Array(next(Int32Array.BYTES_PER_ELEMENT));
    const starts = new Int32Array(count + 1);
    starts.set(new Int32Array(next(Int32Array.BYTES_PER_ELEMENT)), 1);
    const hubs = new Uint8Array(next(Uint8Array.BYTES_PER_ELEMENT));
    const hashes = Buffer.from(next(HASH));
    return new KnownFiles(count, signatures, groups, hubs, hashes, content.toString('utf8', at), starts);
  }

  bytes(): Buffer {
    const columns = [this.signatures.numbers, this.groups, this.starts.subarray(1), this.hubs, this.hashes];
    return Buffer.concat([
      ...columns.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
      Buffer.from(this.names),
    ]);
  }

  /** The same files, some of which are known by other signatures from now on. */
  signed(places: Iterable<number>, signatures: Signatures): KnownFiles {
    const { count, groups, hubs, hashes, names, starts } = this;
    return new KnownFiles(count, this.signatures.with(places, signatures), groups, hubs, hashes, names, starts);
  }

  isNamed(place: number, name: string): boolean {
    const start = this.starts[place];
    return this.starts[place + 1] - start === name.length + 1 && this.names.startsWith(name, start);
  }

  name(place: number): string {
    return this.names.slice(this.starts[place], this.starts[place + 1] - 1);
  }

  hasHash(place: number, hash: Buffer): boolean {
    return this.hashes.subarray(HASH * place, HASH * (place + 1)).equals(hash);
  }

  group(place: number): number {
    return this.groups[place];
  }

  isHub(place: number): boolean {
    return this.hubs[place] === 1;
  }
}

/** A part of a text, in UTF-16 code units; the end is exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A part of a file. Lines and columns are worked out when a message needs them. */
export interface FileRange extends Range {
  readonly file: SourceFile;
}

/** A place in a file. Lines and columns count from 1, columns in UTF-16 code units; the end is exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A text that is kept elsewhere. */
export interface KeptText {
  /** Returns it. Throws an Error for the user if it is no longer the same. */
  text(): string;
}

/** Whether comments in a text may suppress findings. */
export const holdsSuppressions = (text: string): boolean => text.includes('cdk8s-canary-ignore');

/** A text that was read, and where its lines begin. */
export class SourceFile {
  /** The file that was read again last, and its text. One is enough, because findings are placed file by file. */
  private static latest: SourceFile | undefined;
  private static latestText = '';
  /** The file whose lines were counted last, and where they start. */
  private static recent: SourceFile | undefined;
  private static recentStarts: number[] = [];

  /**
   * @param name the name as the user sees it
   * @param given the text, or what returns it when it is needed
   * @param suppresses whether comments in it may suppress findings. Default: the text is searched when that is asked
   */
  constructor(
    readonly name: string,
    private readonly given: string | KeptText,
    private readonly suppresses?: boolean,
  ) {}

  get text(): string {
    const { given } = this;
    if (typeof given === 'string') return given;
    if (SourceFile.latest !== this) {
      SourceFile.latestText = given.text();
      SourceFile.latest = this;
    }
    return SourceFile.latestText;
  }

  /** Whether comments in it may suppress findings. */
  get maySuppress(): boolean {
    return this.suppresses ?? holdsSuppressions(this.text);
  }

  /** Turns offsets into lines and columns. */
  place({ from, to }: Range): Place {
    const start = this.position(from);
    const end = this.position(Math.max(from, to));
    return {
      file: this.name,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
    };
  }

  /** The text of a line, counting from 1, without its end. */
  line(number: number): string {
    const starts = this.lineStarts();
    const begin = starts[number - 1];
    if (begin === undefined) return '';
    const text = this.text.slice(begin, (starts[number] ?? this.text.length + 1) - 1);
    return number === 1 ? text.replace(/^\uFEFF/, '').replace(/\r$/, '') : text.replace(/\r$/, '');
  }

  private position(offset: number): { line: number; column: number } {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    // A byte order mark takes no column.
    const mark = low === 0 && this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    return { line: low + 1, column: Math.max(1, offset - starts[low] + 1 - mark) };
  }

  private lineStarts(): number[] {
    if (SourceFile.recent !== this) {
      SourceFile.recent = this;
      const { text } = this;
      const starts = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
      SourceFile.recentStarts = starts;
    }
    return SourceFile.recentStarts;
  }
}

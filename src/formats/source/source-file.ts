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

/** A text that was read, and where its lines begin. */
export class SourceFile {
  private starts?: number[];

  /**
   * @param name the name as the user sees it
   * @param given the text, or a function that returns it when it is needed
   */
  constructor(
    readonly name: string,
    private readonly given: string | (() => string),
  ) {}

  get text(): string {
    const { given } = this;
    return typeof given === 'string' ? given : given();
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
    if (this.starts === undefined) {
      this.starts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    }
    return this.starts;
  }
}

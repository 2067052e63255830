import type { Range } from '../source';

/** How a node is written. */
export type YamlStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'block' | 'flow';

/**
 * A node of a YAML document, with the offsets between which it stands. Nodes are made while a text is read and are not
 * kept: a value takes a tenth of their memory, and they are made again when an edit or a position is wanted.
 */
export class YamlNode implements Range {
  /** Of a map: keys and values in turn. Of a list: its items. */
  readonly items: YamlNode[] = [];
  /** What an alias stands for. */
  target?: YamlNode;

  constructor(
    readonly kind: 'scalar' | 'map' | 'list' | 'alias',
    public from: number,
    public to: number,
    readonly style: YamlStyle,
    /** Of a scalar: its text, unescaped and folded. Of an alias: its name. */
    readonly text: string,
    /** With its prefix spelled out, as in `tag:yaml.org,2002:str`; empty without a tag. */
    readonly tag: string,
  ) {}
}

/** Something that keeps a text from being read, or that is read otherwise than it looks. */
export interface YamlProblem extends Range {
  readonly message: string;
}

/** Thrown inside the reader, which returns it as a problem. */
export class YamlError extends Error implements YamlProblem {
  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
  ) {
    super(message);
    this.name = 'YamlError';
  }
}

import { YamlError, type YamlNode } from './node';
import { DEEPEST } from './parse';
import { isMergeKey } from './resolve';

/** The size of a node when each alias in it is expanded. */
interface Extent {
  /** Nodes, as Go's reader counts what it decodes. */
  readonly size: number;
  /** Levels. */
  readonly height: number;
}

/**
 * Refuses the aliases that Go's reader refuses: recursive ones, and those whose expansion is too large or too deep.
 *
 * @throws YamlError
 */
export function checkAliases(root: YamlNode): void {
  new AliasCheck().visit(root, 1);
}

class AliasCheck {
  private readonly extents = new Map<YamlNode, Extent>();
  private decoded = 0;
  private throughAliases = 0;

  visit(node: YamlNode, depth: number): Extent {
    this.decoded++;
    if (node.kind === 'alias') return this.alias(node, depth);
    if (this.throughAliases > 100) this.checkBudget(node);
    let size = 1;
    let height = 0;
    const add = (child: Extent, levels: number): void => {
      size += child.size;
      height = Math.max(height, child.height + levels);
    };
    if (node.kind === 'list') for (const item of node.items) add(this.visit(item, depth + 1), 1);
    else if (node.kind === 'map') {
      for (let i = 0; i < node.items.length; i += 2) {
        const [key, value] = [node.items[i], node.items[i + 1]];
        if (!isMergeKey(key)) {
          add(this.visit(key, depth + 1), 1);
          add(this.visit(value, depth + 1), 1);
        } else if (value.kind === 'list') {
          for (const source of value.items) add(this.visit(source, depth), 0);
          this.extents.set(value, { size, height });
        } else add(this.visit(value, depth), 0);
      }
    }
    const extent = { size, height: height };
    this.extents.set(node, extent);
    return extent;
  }

  /** An alias stands below what it names, so that this was visited, unless the alias is part of it. */
  private alias(node: YamlNode, depth: number): Extent {
    const target = this.extents.get(node.target!);
    if (target === undefined) {
      throw new YamlError(`the alias '*${node.text}' stands inside of what it names`, node.from, node.to);
    }
    this.decoded += target.size;
    this.throughAliases += target.size;
    this.checkBudget(node);
    if (depth + target.height > DEEPEST) {
      throw new YamlError(`with this alias nested more than ${DEEPEST} levels deep`, node.from, node.to);
    }
    return { size: target.size + 1, height: target.height };
  }

  /** Go's reader lets 99 % come from aliases in small documents, and 10 % in large ones. */
  private checkBudget(node: YamlNode): void {
    const { decoded, throughAliases } = this;
    if (throughAliases <= 100 || decoded <= 1000) return;
    const share = Math.min(1, Math.max(0, (decoded - 400_000) / 3_600_000));
    if (throughAliases / decoded <= 0.99 - 0.89 * share) return;
    throw new YamlError(
      'aliases make this document too large: kubectl refuses it, because reading it would exhaust the memory',
      node.from,
      node.to,
    );
  }
}

/** The parts of a jsii assembly that this folder reads: https://github.com/aws/jsii, `@jsii/spec`. */
export interface Assembly {
  readonly name: string;
  readonly version: string;
  readonly types?: { readonly [fqn: string]: JsiiType };
}

export interface JsiiType {
  readonly kind: 'class' | 'interface' | 'enum';
  readonly fqn: string;
  readonly assembly: string;
  readonly name: string;
  readonly namespace?: string;
  readonly datatype?: boolean;
  readonly abstract?: boolean;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly docs?: JsiiDocs;
  readonly initializer?: { readonly parameters?: readonly JsiiParameter[]; readonly docs?: JsiiDocs };
  readonly properties?: readonly JsiiProperty[];
  readonly methods?: readonly JsiiMethod[];
  readonly members?: readonly { readonly name: string; readonly docs?: JsiiDocs }[];
}

export interface JsiiProperty {
  readonly name: string;
  readonly type: JsiiRef;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly docs?: JsiiDocs;
}

export interface JsiiMethod {
  readonly name: string;
  readonly static?: boolean;
  readonly parameters?: readonly JsiiParameter[];
  readonly returns?: { readonly type: JsiiRef };
  readonly docs?: JsiiDocs;
}

export interface JsiiParameter {
  readonly name: string;
  readonly type: JsiiRef;
  readonly optional?: boolean;
  readonly variadic?: boolean;
  readonly docs?: JsiiDocs;
}

export interface JsiiRef {
  readonly fqn?: string;
  readonly primitive?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: JsiiRef };
  readonly union?: { readonly types: readonly JsiiRef[] };
}

export interface JsiiDocs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly default?: string;
  readonly deprecated?: string;
}

/** The types of several assemblies, and queries over them. */
export class TypeSystem {
  private readonly types: ReadonlyMap<string, JsiiType>;

  constructor(assemblies: readonly Assembly[]) {
    this.types = new Map(assemblies.flatMap((assembly) => Object.entries(assembly.types ?? {})));
  }

  public get(fqn: string): JsiiType | undefined {
    return this.types.get(fqn);
  }

  /** Every concrete class that can be used for `fqn`, including itself. */
  public classesFor(fqn: string): JsiiType[] {
    return [...this.types.values()].filter((type) => type.kind === 'class' && this.isA(type.fqn, fqn));
  }

  public isA(fqn: string, ancestor: string): boolean {
    if (fqn === ancestor) return true;
    const type = this.types.get(fqn);
    const parents = type ? [...(type.base ? [type.base] : []), ...(type.interfaces ?? [])] : [];
    return parents.some((parent) => this.isA(parent, ancestor));
  }

  /** The properties of a struct with those that it inherits; nearer ones win. */
  public structProperties(fqn: string): JsiiProperty[] {
    const type = this.types.get(fqn);
    if (type === undefined) return [];
    const inherited = (type.interfaces ?? []).flatMap((parent) => this.structProperties(parent));
    const all = [...(type.properties ?? []), ...inherited];
    return [...new Map(all.reverse().map((property) => [property.name, property])).values()];
  }
}

import type { Resource } from '../graph';

/** Which objects of a set say something about a workload, and how a message names them. */
export class Scope {
  private readonly own: ReadonlySet<Resource>;

  /**
   * @param own The objects that are carried over with the workload.
   * @param ownerOf The workload with which an object is carried over.
   */
  constructor(
    own: readonly Resource[],
    private readonly workload: Resource,
    private readonly ownerOf: (object: Resource) => Resource | undefined,
  ) {
    this.own = new Set(own);
  }

  public isOwn(object: Resource): boolean {
    return this.own.has(object);
  }

  /** Whether an object may mean this workload: not if it stands beside another one of the same name. */
  public isConcerned(object: Resource): boolean {
    const owner = this.isOwn(object) ? undefined : this.ownerOf(object);
    return owner?.name !== this.workload.name || owner.namespace !== object.namespace;
  }

  /** The kind and the name of an object, with the workload in whose spec it is, if that is another one. */
  public titled(object: Resource): string {
    const owner = this.isOwn(object) ? undefined : this.ownerOf(object);
    if (owner === undefined) return `${object.kind} ${object.name}`;
    const namespace = owner.name === this.workload.name ? ` of namespace ${owner.namespace}` : '';
    return `${object.kind} ${object.name}, which is carried over with ${owner.name}${namespace},`;
  }
}

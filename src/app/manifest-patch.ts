/**
 * An operation of a JSON patch.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export interface ManifestPatchOperation {
  /**
   * `add`, `remove`, `replace`, `move`, `copy` or `test`.
   */
  readonly op: string;

  /**
   * The field, as a JSON pointer: `/spec/template/spec/priorityClassName`.
   */
  readonly path: string;

  /**
   * The value of `add`, `replace` and `test`.
   * @default - none
   */
  readonly value?: unknown;

  /**
   * The field that `move` and `copy` take from.
   * @default - none
   */
  readonly from?: string;
}

/**
 * The objects that a patch changes.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export interface ManifestPatchTarget {
  /**
   * The kind of the object: `Rollout`.
   */
  readonly kind: string;

  /**
   * The name of the object.
   * @default - every object of the kind
   */
  readonly name?: string;
}

/**
 * A patch of the objects of a `CanaryApp`, for fields without an option. Give exactly one of `merge`, `json` and `remove`.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export interface ManifestPatch {
  /**
   * The objects to patch.
   */
  readonly target: ManifestPatchTarget;

  /**
   * Fields to merge into the object, as in a strategic merge patch: objects field by field, lists of objects by the key
   * that Kubernetes uses (`mountPath` of `volumeMounts`, `ip` of `hostAliases`), else by `name`. Other lists are replaced.
   * `null` removes a field, `$patch: delete` in an item removes it, and `$patch: replace` as the first item replaces the list.
   * @default - none
   */
  readonly merge?: unknown;

  /**
   * Operations of a JSON patch.
   * @default - none
   */
  readonly json?: ManifestPatchOperation[];

  /**
   * Whether to remove the object.
   * @default false
   */
  readonly remove?: boolean;
}

/**
 * A rule of the linter whose errors do not stop the synthesis of a `CanaryApp`.
 */
export interface AcceptedFinding {
  /**
   * The code of the rule: `SCL009`.
   */
  readonly rule: string;

  /**
   * Why its errors are accepted.
   */
  readonly reason: string;
}

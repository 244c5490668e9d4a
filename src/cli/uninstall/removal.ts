/** Decides what is removed, and in which order. Does not contact the cluster. */
import { isHeld } from "../../controllers/finalizer.ts";
import type { AccessQuestion } from "../../kube/access.ts";
import type { ResourceKind } from "../../ports.ts";
import type { Found, LiveObject } from "./found.ts";

/** The steps, in the order of their fields. Nothing of it waits for an operator. */
export interface Removal {
  /** The operator, which would put back what is taken off. */
  readonly stop: LiveObject | undefined;
  /** Applications that our finalizer comes off. */
  readonly release: readonly LiveObject[];
  /** Who uses a thing before the thing. */
  readonly remove: readonly LiveObject[];
  /** Our definitions, and with them every object of our kinds. */
  readonly definitions: readonly LiveObject[];
  readonly namespace: LiveObject | undefined;
  readonly kept: readonly Kept[];
}

/** Something of ours that stays although it is there. */
export interface Kept {
  readonly objects: readonly LiveObject[];
  readonly reason: string;
}

/**
 * The reverse of the installation. The definitions come after everything else, when no Application needs an operator to
 * go any more; with another installation in the cluster, what it shares stays, its Applications untouched.
 */
export function removalOf(found: Found, { deleteNamespace }: { readonly deleteNamespace: boolean }): Removal {
  const { applications, others, unmarked } = found;
  const isAlone = others.length === 0;
  const own = isAlone ? found.installed : found.installed.filter((object) => !isShared(object));
  const removable = own.filter((object) => !isDefinition(object) && object.ref.kind !== "Namespace");
  const [workload, ground] = [removable.filter(isWorkload), removable.filter((object) => !isWorkload(object))];
  const namespace = own.find(({ ref }) => ref.kind === "Namespace");
  const shared = isAlone ? [] : found.installed.filter(isShared);
  return {
    stop: workload.find(({ ref }) => ref.kind === "Deployment"),
    release: isAlone ? applications.filter(isHeld) : [],
    remove: [...workload.toReversed(), ...found.tenants.toReversed(), ...ground.toReversed()],
    definitions: own.filter(isDefinition).toReversed(),
    namespace: deleteNamespace ? namespace : undefined,
    kept: [
      ...(shared.length === 0 ? [] : [{ objects: shared, reason: `shared with the installation in namespace ${others.join(", ")}` }]),
      ...(unmarked.length === 0 ? [] : [{ objects: unmarked, reason: "called as something of ours, but without our labels" }]),
    ],
  };
}

const isDefinition = ({ ref }: LiveObject): boolean => ref.kind === "CustomResourceDefinition";
const isWorkload = ({ ref }: LiveObject): boolean => ref.kind === "Deployment" || ref.kind === "Service";
/** Cluster roles are called the same in every installation, as the definitions are. */
const isShared = (object: LiveObject): boolean => isDefinition(object) || object.ref.kind === "ClusterRole";

/** True when there is nothing to do. */
export function isEmpty({ release, remove, definitions, namespace }: Removal): boolean {
  return release.length + remove.length + definitions.length === 0 && namespace === undefined;
}

/** Every right that the steps take, each once. */
export function rightsFor({ stop, release, remove, definitions, namespace }: Removal): readonly AccessQuestion[] {
  const deletes = [...remove, ...definitions, ...(namespace === undefined ? [] : [namespace])].map((object) => right("delete", object.kind, object.ref.namespace));
  const questions = [
    ...(stop === undefined ? [] : [right("patch", stop.kind, stop.ref.namespace), { verb: "list", group: "", resource: "pods", namespace: stop.ref.namespace }]),
    ...release.slice(0, 1).map(({ kind }) => right("patch", kind, undefined)),
    ...deletes,
  ];
  return [...new Map(questions.map((question) => [rightText(question), question])).values()];
}

const right = (verb: string, { group, plural }: ResourceKind, namespace: string | undefined): AccessQuestion => ({ verb, group, resource: plural, namespace });

/** `delete roles.rbac.authorization.k8s.io in namespace shop`. */
export function rightText({ verb, group, resource, namespace }: AccessQuestion): string {
  return `${verb} ${resource}${group === "" ? "" : `.${group}`}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

import { DRIFT_HOLD_ANNOTATION, GROUP } from "./group.ts";

const FLUX = "kustomize.toolkit.fluxcd.io";

/**
 * Annotations, ours and those of Flux, Argo CD and Helm, by which a person instructs us on a live object. They are no
 * drift there.
 */
export const POLICY_ANNOTATIONS: readonly string[] = [
  `${GROUP}/prune`,
  `${GROUP}/reconcile`,
  DRIFT_HOLD_ANNOTATION,
  `${FLUX}/prune`,
  `${FLUX}/reconcile`,
  `${FLUX}/ssa`,
  "argocd.argoproj.io/sync-options",
  "helm.sh/resource-policy",
];

/** Makes an object a hook: it runs at a point of a sync instead of being kept as it is. Ours first, then Argo CD's and Helm's. */
export const HOOK_ANNOTATIONS = { ours: `${GROUP}/hook`, argo: "argocd.argoproj.io/hook", helm: "helm.sh/hook" } as const;
/** When what a hook has made is deleted. */
export const HOOK_DELETE_ANNOTATIONS = { ours: `${GROUP}/hook-delete-policy`, argo: "argocd.argoproj.io/hook-delete-policy", helm: "helm.sh/hook-delete-policy" } as const;
/** Helm's order of hooks; lower ones come first. */
export const HOOK_WEIGHT_ANNOTATION = "helm.sh/hook-weight";

/** True for an object that says it is a hook, of whichever tool. */
export function isMarkedHook(annotations: unknown): boolean {
  return typeof annotations === "object" && annotations !== null && Object.values(HOOK_ANNOTATIONS).some((key) => Object.hasOwn(annotations, key));
}

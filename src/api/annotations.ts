import { GROUP } from "./group.ts";

const FLUX = "kustomize.toolkit.fluxcd.io";

/**
 * Annotations, ours and those of Flux, Argo CD and Helm, by which a person instructs us on a live object. They are no
 * drift there.
 */
export const POLICY_ANNOTATIONS: readonly string[] = [
  `${GROUP}/prune`,
  `${GROUP}/reconcile`,
  `${FLUX}/prune`,
  `${FLUX}/reconcile`,
  `${FLUX}/ssa`,
  "argocd.argoproj.io/sync-options",
  "helm.sh/resource-policy",
];

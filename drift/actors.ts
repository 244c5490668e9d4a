/** Who stands behind a field manager: a person's tool, a controller, an autoscaler, a webhook, ourselves, or nobody knows. */
import { FIELD_MANAGER } from "../src/api/group.ts";
import type { DriftActor } from "../src/api/drift-report.ts";
import type { ManagedFieldsEntry } from "../src/object/kube-object.ts";

/** Person also means a tool that a person or a pipeline runs once; what no name tells is Unknown, and left alone as a controller is. */
export type Actor = DriftActor;

/** Tools that people run, by hand or in a pipeline. Of Go programs the manager is the name of the binary, unless they say otherwise. */
const TOOLS = [
  /^kubectl($|[^a-z])/,
  /^(k9s|oc|octant|lens|openlens|freelens|headlamp|rancher-desktop|kubenav|aptakube|seabird|edit|dashboard|kubernetes-dashboard)($|[^a-z])/i,
  /^(helm|helmfile|terraform|terraform-provider-\w+|hashicorp|pulumi\S*|ansible\S*|skaffold|tilt|kapp|kluctl|kustomize)$/i,
];

/**
 * A manager is by default the first word of the User-Agent, so browsers and HTTP libraries are here. `before-first-apply` is
 * what the server names all earlier writers. Not `ancient-changes`, into which it merges the oldest of more than ten
 * updaters: that may be anybody, so nothing of it is taken away.
 */
const CLIENTS = [
  /^(node-fetch|axios|undici|mozilla|curl|wget|httpie|insomnia|postmanruntime|python-requests|openapi-generator|kubernetesjsclient)($|[^a-z])/i,
  /^before-first-apply$/,
];

const AUTOSCALER = /(autoscal|^vpa|^hpa|^keda|recommender|^goldilocks)/i;
const WEBHOOK = /(webhook|mutat|inject(?!ed)|admission)/i;
/** A controller in spite of its name: it writes bundles of certificates by watching Secrets. */
const NO_WEBHOOK = /cainjector/i;
const CONTROLLER =
  /(controller|operator|manager|scheduler|reconcil|provisioner|discovery|cainjector|kubelet|apiserver|descheduler|[-_](agent|server|daemon|sync|watcher)($|[-_])|^(kube|argocd|rancher|fleetagent|velero|cilium|calico|karpenter|crossplane|tekton|knative|istio|linkerd|traefik|external-dns|external-secrets|sealed-secrets|reloader)($|[-_.]))/i;

/** Classifies the writer of a managed-fields entry by its manager's name and operation. */
export function actorOf({ manager = "", operation }: ManagedFieldsEntry): Actor {
  if (manager === FIELD_MANAGER) {
    // Admission webhooks change an object inside our own request; the server then books the change as our Update.
    return operation === "Update" ? "Webhook" : "Ourselves";
  }
  if (manager.startsWith(`${FIELD_MANAGER}-`)) return "Ourselves";
  if (isTool(manager) || CLIENTS.some((form) => form.test(manager))) return "Person";
  if (AUTOSCALER.test(manager)) return "Autoscaler";
  if (WEBHOOK.test(manager) && !NO_WEBHOOK.test(manager)) return "Webhook";
  return CONTROLLER.test(manager) ? "Controller" : "Unknown";
}

/**
 * The same for one field. The horizontal autoscaler runs in the controller manager and writes under its name: it is told by
 * the `scale` subresource, through which nothing else in there writes.
 */
export function actorOfField(entry: ManagedFieldsEntry, pointer: string): Actor {
  const actor = actorOf(entry);
  const isScale = entry.subresource === "scale" && pointer === "/spec/replicas";
  return actor === "Controller" && isScale && (entry.manager ?? "").includes("controller-manager") ? "Autoscaler" : actor;
}

/** True for the manager, or the program, of a tool that a person or a pipeline runs; not for a library that anything may use. */
export function isTool(manager: string): boolean {
  return TOOLS.some((form) => form.test(manager));
}

/**
 * Managers whose fields we take over once when an object is adopted, so that what they left goes when Git drops it:
 * client-side apply and its siblings, Helm, Flux, Argo CD (rules of adoption).
 */
const PREDECESSORS: ReadonlySet<string> = new Set([
  "kubectl",
  "kubectl-client-side-apply",
  "kubectl-create",
  "kubectl-edit",
  "kubectl-patch",
  "kubectl-replace",
  "kubectl-last-applied",
  "before-first-apply",
  "helm",
  "Helm",
  "argocd-controller",
  "argocd-application-controller",
  "kustomize-controller",
  "helm-controller",
]);

/** True for the manager of a tool that looked after the object before we did. */
export function isPredecessor({ manager = "" }: ManagedFieldsEntry): boolean {
  return PREDECESSORS.has(manager);
}

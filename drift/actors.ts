/** Who stands behind a field manager: a person's tool, a controller, an autoscaler, a webhook, or ourselves. */
import { FIELD_MANAGER } from "../src/api/group.ts";
import type { ManagedFieldsEntry } from "../src/object/kube-object.ts";

/** Person also means a tool that a person or a pipeline runs once; what nobody knows counts as Controller. */
export type Actor = "Person" | "Controller" | "Autoscaler" | "Webhook" | "Ourselves";

/**
 * Managers of tools that people run. A manager is by default the first word of the User-Agent, so browsers, terminals
 * and HTTP libraries are here; `before-first-apply` is what the server names all earlier writers. Not `ancient-changes`,
 * into which it merges the oldest of more than ten updaters: that may be anybody, so nothing of it is taken away.
 */
const PERSON = [
  /^kubectl($|[^a-z])/,
  /^(k9s|oc|octant|lens|openlens|freelens|headlamp|rancher-desktop|kubenav|aptakube|seabird|edit|dashboard|kubernetes-dashboard)($|[^a-z])/i,
  /^(node-fetch|axios|undici|mozilla|curl|wget|httpie|insomnia|postmanruntime|python-requests|openapi-generator|kubernetesjsclient)($|[^a-z])/i,
  /^(helm|helmfile|terraform|terraform-provider-\w+|hashicorp|pulumi\S*|ansible\S*|skaffold|tilt|kapp|kluctl|kustomize)$/i,
  /^before-first-apply$/,
];

const AUTOSCALER = /(autoscal|^vpa|^hpa|^keda|recommender|^goldilocks)/i;
const WEBHOOK = /(webhook|mutat|inject|admission)/i;

/** Classifies the writer of a managed-fields entry by its manager's name and operation. */
export function actorOf({ manager = "", operation }: ManagedFieldsEntry): Actor {
  if (manager === FIELD_MANAGER) {
    // Admission webhooks change an object inside our own request; the server then books the change as our Update.
    return operation === "Update" ? "Webhook" : "Ourselves";
  }
  if (manager.startsWith(`${FIELD_MANAGER}-`)) return "Ourselves";
  if (PERSON.some((form) => form.test(manager))) return "Person";
  if (AUTOSCALER.test(manager)) return "Autoscaler";
  return WEBHOOK.test(manager) ? "Webhook" : "Controller";
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

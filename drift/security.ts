/** Which differences matter for security: what decides what somebody may do, or what runs. */
import { isJsonObject } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { isSecurityRelevant } from "./exemptions.ts";
import type { KindName } from "./exemptions.ts";
import type { FieldPath } from "./field-path.ts";

/** Kinds of which everything matters, and above all that they are there. */
const WHOLE_KINDS: ReadonlySet<string> = new Set([
  "/Secret",
  ...["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"].map((kind) => `rbac.authorization.k8s.io/${kind}`),
  ...["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"].map(
    (kind) => `admissionregistration.k8s.io/${kind}`,
  ),
]);

const CONTAINERS: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

/** True where the whole object matters: it was deleted, say. Network policies of every group count (Calico, Cilium). */
export function isSecurityKind({ group, kind }: KindName): boolean {
  return WHOLE_KINDS.has(`${group}/${kind}`) || kind.endsWith("NetworkPolicy");
}

/** True where a field matters: access rules, privileges, images and containers, data of Secrets, network policies. */
export function isSecurityField(kind: KindName, path: FieldPath, value: Json | undefined): boolean {
  const names = path.flatMap((element) => (element.kind === "Field" ? [element.name] : []));
  if (isSecurityKind(kind) && names[0] !== "metadata") return true;
  return isSecurityRelevant(kind, path, value) || isImage(names, value);
}

/** The image of a container, or a container with one. */
function isImage(names: readonly string[], value: Json | undefined): boolean {
  const last = names.at(-1) ?? "";
  if (last === "image") return CONTAINERS.has(names.at(-2) ?? "");
  if (!CONTAINERS.has(last)) return false;
  return isJsonObject(value) ? value["image"] !== undefined : Array.isArray(value);
}

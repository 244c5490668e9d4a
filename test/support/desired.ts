import type { Rendered } from "../../charts/rendered.ts";
import { compose } from "../../reconciler/compose.ts";
import type { Effective } from "../../reconciler/effective.ts";
import { identityOf } from "../../reconciler/identity.ts";
import { parseManifests } from "../../src/object/yaml.ts";
import { apiVersionOf, asKubeObject, groupOf, versionOf } from "../../src/object/kube-object.ts";
import type { ResourceKind } from "../../src/ports.ts";

/** The Application that test objects belong to. */
export const shop = identityOf("inst-1", { namespace: "shop", name: "shop" });

/** Rendered objects from YAML, as if `app.yaml` held it. */
export function renderedFrom(yaml: string): Rendered {
  const objects = parseManifests(yaml, "app.yaml").map(({ value, line }) => ({ object: asKubeObject(value), origin: { file: "app.yaml", line, overlays: [] } }));
  return { objects, warnings: [] };
}

const CLUSTER_SCOPED = new Set(["Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "PersistentVolume", "StorageClass", "ValidatingWebhookConfiguration", "APIService"]);

/** A server that serves every kind but those of the group `unknown.example`. */
export function kindOf(apiVersion: string, kind: string): ResourceKind | undefined {
  const group = groupOf(apiVersion);
  if (group === "unknown.example") return undefined;
  const plural = `${kind.toLowerCase()}s`;
  const version = versionOf(apiVersionOf(group, versionOf(apiVersion)));
  return { group, version, kind, plural, namespaced: !CLUSTER_SCOPED.has(kind), verbs: ["list", "watch"], subresources: ["status"] };
}

/** What YAML composes to for the shop, with `shop` as default namespace. */
export function desiredFrom(yaml: string): Effective {
  return compose(renderedFrom(yaml), { identity: shop, defaultNamespace: "shop", kindOf });
}

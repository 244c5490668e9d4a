import { pollUntil } from "../../src/sandbox/poll.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ResourceKind } from "../../src/ports.ts";

/** A CRD `Widget` of the given group: open spec, an int64, a status subresource; served in v1 (preferred) and v1beta1. */
export function widgetCrd(group: string): KubeObject {
  const schema = {
    openAPIV3Schema: {
      type: "object",
      properties: {
        spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { serial: { type: "integer", format: "int64" } } },
        status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
  };
  const version = (name: string, storage: boolean): object => ({ name, served: true, storage, schema, subresources: { status: {} } });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
      versions: [version("v1beta1", false), version("v1", true)],
    },
  };
}

/** Creates the CRD and waits, by its watch, until the server says that it is established. */
export async function installWidgetCrd(client: ClusterClient, group: string): Promise<void> {
  await client.create(widgetCrd(group));
  await established(client, `widgets.${group}`);
}

async function established(client: ClusterClient, name: string): Promise<void> {
  const kind = await client.kindOf("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  if (kind === undefined) throw new Error("the cluster serves no CustomResourceDefinition");
  const { items, resourceVersion } = await client.list(kind);
  if (items.some((item) => isEstablished(item, name))) return;
  for await (const { object } of client.watch(kind, { resourceVersion, timeoutSeconds: 30 })) if (isEstablished(object, name)) return;
  throw new Error(`${name} was not established in 30 seconds`);
}

function isEstablished(crd: KubeObject, name: string): boolean {
  const status = crd["status"] as { conditions?: { type: string; status: string }[] } | undefined; // a CRD's status
  return crd.metadata.name === name && (status?.conditions ?? []).some((condition) => condition.type === "Established" && condition.status === "True");
}

/** The kind, once discovery shows it: that follows "Established" by a moment. */
export async function servedKind(client: ClusterClient, apiVersion: string, kind: string): Promise<ResourceKind> {
  let found: ResourceKind | undefined;
  await pollUntil({ what: `${apiVersion} ${kind} is served`, deadlineMs: 20_000, probe: async () => (found = await client.kindOf(apiVersion, kind)) !== undefined });
  if (found === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
  return found;
}

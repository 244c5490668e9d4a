/** CustomResourceDefinitions (apiextensions.k8s.io/v1, structural schemas) from the schemas of src/api. */
import type { Json, JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { CATEGORY, GROUP, VERSION } from "./group.ts";
import type { KindDefinition } from "./kinds.ts";
import { kindDefinitions } from "./kinds.ts";

/** The CRD of every kind of ours, sorted as kindDefinitions is. Equal schemas give equal documents. */
export function crds(): readonly KubeObject[] {
  return kindDefinitions.map(crdOf);
}

/** The CRD of one kind. */
export function crdOf(definition: KindDefinition): KubeObject {
  const { kind, plural, singular, shortName, labels } = definition;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${GROUP}`, labels: { "app.kubernetes.io/name": "driftless", ...labels } },
    spec: {
      group: GROUP,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [shortName], categories: [CATEGORY] },
      scope: "Namespaced",
      versions: [versionOf(definition)],
    },
  };
}

function versionOf(definition: KindDefinition): JsonObject {
  return {
    name: VERSION,
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: definition.columns.map((column): Json => ({ ...column })),
    schema: { openAPIV3Schema: rootSchema(definition) },
  };
}

function rootSchema(definition: KindDefinition): JsonObject {
  return {
    type: "object",
    description: definition.doc,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string", description: "Version of this representation of the object." },
      kind: { type: "string", description: "The kind of the object." },
      metadata: { type: "object" },
      spec: definition.spec.json,
      status: definition.status.json,
    },
  };
}

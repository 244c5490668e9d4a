import type { KubeObject } from "../../src/object/kube-object.ts";

/** A CRD `Gadget` of the given group with a strict schema: a keyed list with a defaulted key, a set, a map, an atomic list and an atomic object. */
export function gadgetCrd(group: string): KubeObject {
  const text = { type: "string" };
  const port = { type: "object", properties: { port: { type: "integer" }, protocol: { ...text, default: "TCP" }, note: text }, required: ["port"] };
  const spec = {
    type: "object",
    properties: {
      ports: { type: "array", items: port, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"] },
      tags: { type: "array", items: text, "x-kubernetes-list-type": "set" },
      steps: { type: "array", items: text },
      values: { type: "object", additionalProperties: text },
      pair: { type: "object", "x-kubernetes-map-type": "atomic", properties: { left: text, right: text } },
      size: { type: "integer", minimum: 1, default: 1 },
      nested: { type: "object", properties: { inner: { type: "object", properties: { value: text } } } },
    },
  };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Gadget", listKind: "GadgetList", plural: "gadgets", singular: "gadget" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}

/** A Gadget. */
export function gadget(group: string, namespace: string, name: string, spec: object): KubeObject {
  return { apiVersion: `${group}/v1`, kind: "Gadget", metadata: { name, namespace }, spec };
}

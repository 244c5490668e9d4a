import { describe, expect, test } from "vitest";
import { crds } from "../../../../src/api/crd.ts";
import { kindDefinitions } from "../../../../src/api/kinds.ts";
import { checkedRules } from "../../../../src/api/rules.ts";
import { schemaNode } from "../../../../src/api/schema-node.ts";
import type { SchemaNode } from "../../../../src/api/schema-node.ts";
import { asJson } from "../../../../src/object/kube-object.ts";
import { valueAt } from "../../../../src/object/json.ts";

const nodesOf = (node: SchemaNode): SchemaNode[] => [
  node,
  ...Object.values(node.properties ?? {}).flatMap(nodesOf),
  ...(node.items === undefined ? [] : nodesOf(node.items)),
];
const allNodes = kindDefinitions.flatMap(({ spec, status }) => [...nodesOf(schemaNode(spec.json)), ...nodesOf(schemaNode(status.json))]);

describe("the CRDs", () => {
  test("are one per kind, namespaced, in our category, with a status subresource", () => {
    const seen = crds().map((crd) => ({
      name: crd.metadata.name,
      scope: valueAt(asJson(crd), ["spec", "scope"]),
      shortNames: valueAt(asJson(crd), ["spec", "names", "shortNames"]),
      categories: valueAt(asJson(crd), ["spec", "names", "categories"]),
      subresources: valueAt(asJson(crd), ["spec", "versions", 0, "subresources"]),
    }));
    const common = { scope: "Namespaced", categories: ["driftless"], subresources: { status: {} } };
    expect(seen).toEqual([
      { name: "gitsources.driftless.dev", shortNames: ["dgit"], ...common },
      { name: "applications.driftless.dev", shortNames: ["dapp"], ...common },
      { name: "releases.driftless.dev", shortNames: ["drel"], ...common },
      { name: "driftreports.driftless.dev", shortNames: ["ddr"], ...common },
      { name: "notifiers.driftless.dev", shortNames: ["dnot"], ...common },
    ]);
  });

  test("only that of Application is an ApplySet parent type", () => {
    const parents = crds().filter((crd) => crd.metadata.labels?.["applyset.kubernetes.io/is-parent-type"] === "true");
    expect(parents.map((crd) => crd.metadata.name)).toEqual(["applications.driftless.dev"]);
  });

  test("show with kubectl get whether, which revision and since when", () => {
    const columns = Object.fromEntries(kindDefinitions.map(({ kind, columns: shown }) => [kind, shown.map(({ name }) => name).join(" ")]));
    expect(columns).toEqual({
      GitSource: "URL Ready Revision Since Age Message",
      Application: "Ready Synced Healthy Drifted Revision Since Age Message",
      Release: "Application Revision Changes Succeeded Reason Since Age Message",
      DriftReport: "Application Drifts Reverted Most by Observed Age",
      Notifier: "Ready Open Waiting Delivered Suppressed Since Age Message",
    });
  });

  test("describe every field and bound every text and list", () => {
    const unbounded = allNodes.filter(({ type, maxLength, maxItems, enum: words, format }) =>
      type === "string" ? maxLength === undefined && words === undefined && format === undefined : type === "array" && maxItems === undefined,
    );
    expect(unbounded).toEqual([]);
    expect(allNodes.filter(({ description }) => description === undefined || description === "")).toEqual([]);
  });

  test("say of every list how it is merged", () => {
    expect(allNodes.filter((node) => node.type === "array" && node["x-kubernetes-list-type"] === undefined)).toEqual([]);
  });

  test("hold only rules that files are checked by, too", () => {
    const rules = allNodes.flatMap((node) => node["x-kubernetes-validations"] ?? []);
    expect(rules.map(({ rule }) => rule).sort()).toEqual(checkedRules.map(({ rule }) => rule).sort());
  });

  test("are byte-equal each time", () => {
    expect(JSON.stringify(crds())).toBe(JSON.stringify(crds()));
  });
});

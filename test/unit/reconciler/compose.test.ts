import { describe, expect, test } from "vitest";
import { compose } from "../../../reconciler/compose.ts";
import type { ComposeContext } from "../../../reconciler/compose.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import { desiredFrom, kindOf, renderedFrom, shop } from "../../support/desired.ts";

const configMap = (extra = ""): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n${extra}`;

test("an object that names no namespace gets the default one, a cluster-scoped one gets none", () => {
  const { objects } = desiredFrom(`${configMap()}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: other, namespace: wrong}\n`);
  expect(objects.map(({ key, object }) => [key, object.metadata.namespace])).toEqual([
    ["/ConfigMap/shop/settings", "shop"],
    ["/Namespace//other", undefined],
  ]);
});

test("every object carries the set's label and an origin that names itself", () => {
  const [object] = desiredFrom(configMap("  labels: {app: web}\n")).objects;
  expect(object?.object.metadata.labels).toEqual({ app: "web", [PART_OF_LABEL]: shop.setId });
  expect(object?.object.metadata.annotations).toEqual({ [ORIGIN_ANNOTATION]: "inst-1/shop/shop#/ConfigMap/shop/settings" });
});

test("fields that only the server writes are left out, and said where they held something", () => {
  const { objects, warnings } = desiredFrom(
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, uid: abc, resourceVersion: '7', creationTimestamp: null}\nspec: {template: {metadata: {creationTimestamp: null, labels: {a: b}}}}\nstatus: {replicas: 3}\n",
  );
  expect(objects[0]?.object).toMatchObject({ spec: { template: { metadata: { labels: { a: "b" } } } } });
  expect(JSON.stringify(objects[0]?.object)).not.toMatch(/uid|resourceVersion|creationTimestamp|replicas/);
  expect(warnings).toEqual([
    "app.yaml:1: /status is written by the server only and was left out",
    "app.yaml:1: /metadata/resourceVersion is written by the server only and was left out",
    "app.yaml:1: /metadata/uid is written by the server only and was left out",
  ]);
});

test("two definitions of one object are refused with both places", () => {
  const twice = `${configMap()}---\n${configMap("  namespace: shop\n")}`;
  expect(() => desiredFrom(twice)).toThrow("app.yaml:6: ConfigMap shop/settings is already defined at app.yaml:1; remove one of the two");
});

test("one object in two versions of its kind is refused with both places, also where one of them is not served", () => {
  const both = ["v1", "v1beta9"].map((version) => `apiVersion: apps/${version}\nkind: Deployment\nmetadata: {name: web}\n`).join("---\n");
  expect(() => desiredFrom(both)).toThrow("app.yaml:5: Deployment shop/web is already defined at app.yaml:1; remove one of the two");
});

test("a label of another set in the source is refused", () => {
  expect(() => desiredFrom(configMap(`  labels: {${PART_OF_LABEL}: applyset-other-v1}\n`))).toThrow(/carries the label .* of another set/);
});

test("an object of an unknown kind is blocked, and waits where its definition is part of the source", () => {
  const widget = "apiVersion: unknown.example/v1\nkind: Widget\nmetadata: {name: w}\n";
  const definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.unknown.example}\nspec: {group: unknown.example, names: {kind: Widget}}\n";
  expect(desiredFrom(`${configMap()}---\n${widget}`).blocked).toMatchObject([{ kind: "Failed", reason: expect.stringContaining("app.yaml:6: the cluster serves no kind Widget") }]);
  expect(desiredFrom(`${definition}---\n${widget}`).blocked).toMatchObject([{ kind: "Waiting", reason: expect.stringContaining("waits for CustomResourceDefinition widgets.unknown.example") }]);
});

const role = (metadata: string): string => `{apiVersion: rbac.authorization.k8s.io/v0, kind: ClusterRole, metadata: {${metadata}}}`;
const composed = (yaml: string, anyVersionOf?: ComposeContext["anyVersionOf"]) => compose(renderedFrom(yaml), { identity: shop, defaultNamespace: "shop", kindOf: () => undefined, ...(anyVersionOf === undefined ? {} : { anyVersionOf }) });
const known: ComposeContext["anyVersionOf"] = (group, kind) => kindOf(`${group}/v1`, kind);

describe("an object of a version that is not served", () => {
  test("is the same object as in a version that is", () => {
    for (const metadata of ["name: r", "name: r, namespace: wrong"]) {
      const { blocked, desired } = composed(role(metadata), known);
      expect([blocked.map(({ key }) => key), [...desired]]).toEqual([["rbac.authorization.k8s.io/ClusterRole//r"], ["rbac.authorization.k8s.io/ClusterRole//r"]]);
    }
  });

  test("is wanted wherever it can be, where nobody knows the kind", () => {
    expect([...composed(role("name: r")).desired]).toEqual(["rbac.authorization.k8s.io/ClusterRole/shop/r", "rbac.authorization.k8s.io/ClusterRole//r"]);
  });
});

const digest = (data: string): string | undefined => desiredFrom(configMap(`data: ${data}\n`)).objects[0]?.digest;

test("equal content has an equal digest whatever the order of its keys, other content another", () => {
  expect(digest("{a: '1', b: '2'}")).toBe(digest("{b: '2', a: '1'}"));
  expect(digest("{a: '1'}")).not.toBe(digest("{a: '2'}"));
});

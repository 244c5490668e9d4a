import { describe, expect, test } from "vitest";
import { collectionPath, nameSelector, objectPath, queryString } from "../../../../src/kube/paths.ts";
import type { ResourceKind } from "../../../../src/ports.ts";

const kind = (over: Partial<ResourceKind>): ResourceKind => ({
  group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true, verbs: [], subresources: [], ...over,
});
const configMap = kind({ group: "", kind: "ConfigMap", plural: "configmaps" });
const namespace = kind({ group: "", kind: "Namespace", plural: "namespaces", namespaced: false });

describe("paths", () => {
  test.each([
    [objectPath(kind({}), { namespace: "shop", name: "cart" }), "/apis/apps/v1/namespaces/shop/deployments/cart"],
    [objectPath(kind({}), { namespace: "shop", name: "cart", subresource: "status" }), "/apis/apps/v1/namespaces/shop/deployments/cart/status"],
    [objectPath(configMap, { namespace: "shop", name: "a" }), "/api/v1/namespaces/shop/configmaps/a"],
    [objectPath(namespace, { name: "shop" }), "/api/v1/namespaces/shop"],
    [objectPath(namespace, { namespace: "ignored", name: "shop" }), "/api/v1/namespaces/shop"],
    [collectionPath(configMap), "/api/v1/configmaps"],
    [collectionPath(kind({}), "shop"), "/apis/apps/v1/namespaces/shop/deployments"],
    [objectPath(kind({}), { namespace: "../x", name: "a/b?c#d%" }), "/apis/apps/v1/namespaces/..%2Fx/deployments/a%2Fb%3Fc%23d%25"],
  ])("%s", (path, expected) => {
    expect(path).toBe(expected);
  });

  test.each([".", "..", ""])("a name %j cannot leave its place in the path", (name) => {
    expect(() => objectPath(configMap, { namespace: "shop", name })).toThrow(/is no name of an object/);
  });

  test("a namespaced object without a namespace is refused before anything is sent", () => {
    expect(() => objectPath(configMap, { name: "a" })).toThrow("ConfigMap a names no namespace");
  });

  test("a query holds the parameters that are set, encoded", () => {
    expect(queryString({ labelSelector: "a in (b, c)", limit: undefined, force: false })).toBe("?labelSelector=a%20in%20(b%2C%20c)&force=false");
    expect(queryString({ limit: undefined })).toBe("");
  });

  test.each([
    [undefined, undefined],
    ["settings", "metadata.name=settings"],
    ["a,b=c\\d", String.raw`metadata.name=a\,b\=c\\d`],
  ])("a selector for the name %j holds no other", (name, selector) => expect(nameSelector(name)).toBe(selector));
});

import { describe, expect, test } from "vitest";
import { storedForm } from "../../../drift/stored-form.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const secret = (content: object, apiVersion = "v1"): KubeObject => ({ apiVersion, kind: "Secret", metadata: { name: "s" }, ...content });

const configMap = (content: object, apiVersion = "v1"): KubeObject => ({ apiVersion, kind: "ConfigMap", metadata: { name: "c" }, ...content });

function role(content: object): KubeObject {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" }, rules: [], ...content };
}

describe("a Secret as the server stores it", () => {
  test("has its stringData in data, where stringData wins", () => {
    const stored = storedForm(secret({ type: "Opaque", data: { a: "eA==", b: "eQ==" }, stringData: { a: "hello" } }));
    expect(stored).toEqual(secret({ type: "Opaque", data: { a: "aGVsbG8=", b: "eQ==" } }));
  });

  test("has its base64 in one form", () => expect(storedForm(secret({ data: { a: "aGVs\nbG8=\n" } }))["data"]).toEqual({ a: "aGVsbG8=" }));
  test("keeps what is no base64, for the server to refuse", () => expect(storedForm(secret({ data: { a: "not base64!" } }))["data"]).toEqual({ a: "not base64!" }));

  test("is any other object as it is", () => {
    const other = secret({ stringData: { a: "hello" } }, "example.com/v1");
    expect(storedForm(other)).toBe(other);
    const empty = secret({ type: "Opaque" });
    expect(storedForm(empty)).toBe(empty);
  });
});

describe("a ConfigMap as the server stores it", () => {
  test("has its binary data in one form", () => {
    expect(storedForm(configMap({ data: { a: "aGVs\nbG8=" }, binaryData: { b: "aGVs\nbG8=\n" } }))).toEqual(configMap({ data: { a: "aGVs\nbG8=" }, binaryData: { b: "aGVsbG8=" } }));
  });

  test.each([["without binary data", configMap({ data: { a: "x" } })], ["of another group", configMap({ binaryData: { a: "aGVs\nbG8=" } }, "example.com/v1")]])("is as it is %s", (_, object) => expect(storedForm(object)).toBe(object));
});

describe("an aggregated ClusterRole", () => {
  test("leaves its rules to the controller that collects them", () => expect(storedForm(role({ aggregationRule: {} }))).not.toHaveProperty("rules"));
  test("is told from a plain one", () => expect(storedForm(role({}))).toHaveProperty("rules"));
});

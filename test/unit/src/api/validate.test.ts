import { describe, expect, test } from "vitest";
import { formatProblems, parseResource } from "../../../../src/api/validate.ts";
import type { KindName } from "../../../../src/api/kinds.ts";
import { asJson } from "../../../../src/object/kube-object.ts";
import { aResource, invalidCases, validCases } from "../../../support/api-cases.ts";

describe("parseResource", () => {
  test.each(validCases)("accepts $name", ({ kind, value }) => {
    expect(parseResource(kind, value)).toMatchObject({ kind: "Valid" });
  });

  test.each(invalidCases)("refuses $name at $path", ({ kind, value, path }) => {
    const parsed = parseResource(kind, value);
    expect(parsed.kind).toBe("Invalid");
    expect(parsed.kind === "Invalid" ? parsed.problems.map((problem) => problem.path) : []).toEqual([path]);
  });

  test.each<[string, KindName, unknown]>([
    ["a list", "GitSource", []],
    ["null", "Application", null],
    ["a text", "DriftReport", "kind: DriftReport"],
  ])("refuses %s", (_name, kind, value) => {
    expect(parseResource(kind, value)).toEqual({ kind: "Invalid", problems: [{ path: "", message: `must be a ${kind} object` }] });
  });

  test("tells every problem at once", () => {
    const value = { apiVersion: "v1", kind: "GitSource", metadata: { name: "Shop" }, spec: { url: "ssh://host/x", interval: 5, ref: { comit: "x" } }, data: {} };
    const parsed = parseResource("GitSource", value);
    expect(formatProblems(parsed.kind === "Invalid" ? parsed.problems : [])).toBe(
      [
        "apiVersion: must be driftless.dev/v1alpha1",
        "data: is not a field here; known are apiVersion, kind, metadata, spec, status",
        "metadata.name: must be lower-case letters, digits, - and ., at most 253",
        'spec.url: "ssh://host/x" does not fit ^https?://[^@\\s]+$',
        "spec.interval: must be a text, is 5",
        "spec.ref.comit: is not a field here; known are branch, commit, tag",
      ].join("\n"),
    );
  });

  test("fills in defaults where their parent is present, as the API server does", () => {
    const bare = parseResource("Application", aResource("Application", { sourceRef: { kind: "GitSource", name: "shop" } }));
    const withSync = parseResource("Application", aResource("Application", { sourceRef: { kind: "GitSource", name: "shop" }, sync: { retry: {} } }));
    expect(bare).toMatchObject({ value: { spec: { path: ".", suspend: false } } });
    expect(bare.kind === "Valid" ? bare.value.spec.sync : "invalid").toBeUndefined();
    expect(withSync).toMatchObject({ value: { spec: { sync: { resyncInterval: "1h", prune: true, retry: { initial: "1s", max: "5m" } } } } });
  });

  test("keeps metadata as it is and leaves the given value alone", () => {
    const value = aResource("GitSource", { url: "https://git.example/shop.git" }, { labels: { team: "shop" }, uid: "u-1", finalizers: ["driftless.dev/x"] });
    const before = JSON.stringify(value);
    const parsed = parseResource("GitSource", value);
    expect(parsed.kind === "Valid" ? parsed.value.metadata : {}).toEqual(asJson(value)["metadata"]);
    expect(JSON.stringify(value)).toBe(before);
  });

  test("drops what it does not know of a status, so that a newer operator does not stop an older one", () => {
    const value = { ...aResource("Application", { sourceRef: { kind: "GitSource", name: "shop" } }), status: { objects: 3, releases: 7 } };
    const parsed = parseResource("Application", value);
    expect(parsed.kind === "Valid" ? parsed.value.status : {}).toEqual({ objects: 3 });
  });

  test("suggests the field that differs only in case", () => {
    const parsed = parseResource("Application", aResource("Application", { sourceRef: { kind: "GitSource", name: "shop" }, serviceaccountname: "x" }));
    expect(parsed).toMatchObject({ problems: [{ path: "spec.serviceaccountname", message: "is not a field here; did you mean serviceAccountName?" }] });
  });
});

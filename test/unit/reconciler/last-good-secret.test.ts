import { describe, expect, test } from "vitest";
import { baseName, chunkRef, chunkSecret, chunkSelector, readChunk, readHead } from "../../../reconciler/last-good-secret.ts";
import type { Application } from "../../../src/api/application.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const appNamed = (name: string, uid = "u1"): Application => ({ apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name, namespace: "shop", uid }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } });
const app = appNamed("shop");
const digest = "ab".repeat(32);
const secretOf = (index: number, content = "packed"): KubeObject => chunkSecret({ app, revision: "main@sha1:1", digest, chunks: 2 }, index, Buffer.from(content));
const annotated = (annotations: Record<string, string>): KubeObject => {
  const head = secretOf(0);
  return { ...head, metadata: { ...head.metadata, annotations: { ...head.metadata.annotations, ...annotations } } };
};

describe("names", () => {
  test.each(["shop", "a", "a.b-c", "x".repeat(253), `${"x".repeat(53)}.-${"y".repeat(40)}`])("of %s are names of Secrets and values of labels", (name) => {
    expect(chunkRef(appNamed(name), { digest }, 18).name).toMatch(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);
    expect(chunkSelector(appNamed(name)).split("=")[1]).toMatch(/^[a-z0-9]([-a-z0-9._]{0,61}[a-z0-9])?$/);
  });

  test("of Applications whose names begin alike are not alike", () => {
    expect(baseName(appNamed(`${"x".repeat(100)}a`))).not.toBe(baseName(appNamed(`${"x".repeat(100)}b`)));
  });

  test("of the head stay, those of the others change with the content", () => {
    const other = "cd".repeat(32);
    expect(chunkRef(app, { digest }, 0)).toEqual(chunkRef(app, { digest: other }, 0));
    expect(chunkRef(app, { digest }, 1)).not.toEqual(chunkRef(app, { digest: other }, 1));
  });
});

describe("a head", () => {
  test("says what there is", () => {
    expect(readHead(secretOf(0), app)).toEqual({ digest, chunks: 2 });
    expect(readChunk(secretOf(0), { digest, chunks: 2 })).toEqual(Buffer.from("packed"));
  });

  test("goes with its Application", () => {
    expect(secretOf(0)).toMatchObject({ type: "driftless.dev/last-good", metadata: { namespace: "shop", ownerReferences: [{ kind: "Application", name: "shop", uid: "u1" }] } });
  });

  test("of an earlier Application of the name does not count", () => {
    expect(readHead(secretOf(0), appNamed("shop", "u2"))).toContain("earlier Application");
  });

  test.each([
    ["another format", { "driftless.dev/last-good-format": "2" }, "format"],
    ["no digest", { "driftless.dev/last-good-digest": "" }, "is none"],
    ["no chunks", { "driftless.dev/last-good-chunks": "0" }, "number from 1 to"],
    ["too many chunks", { "driftless.dev/last-good-chunks": "1000000" }, "number from 1 to"],
    ["a number of chunks that is none", { "driftless.dev/last-good-chunks": "1e1x" }, "number from 1 to"],
  ])("with %s does not count", (_what, annotations, reason) => {
    expect(readHead(annotated(annotations), app)).toContain(reason);
  });
});

describe("a chunk", () => {
  test.each([
    ["is missing", undefined, "does not exist"],
    ["has another type", { ...secretOf(1), type: "Opaque" }, "type"],
    ["is of another generation", annotated({ "driftless.dev/last-good-digest": "cd".repeat(32) }), "generation"],
    ["holds nothing", { ...secretOf(1), data: {} }, "no key"],
    ["has data that is no map", { ...secretOf(1), data: "x" }, "no key"],
  ])("that %s does not count", (_what, secret, reason) => {
    expect(readChunk(secret, { digest, chunks: 2 })).toContain(reason);
  });
});

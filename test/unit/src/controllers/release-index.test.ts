import { describe, expect, test } from "vitest";
import type { Application } from "../../../../src/api/application.ts";
import type { Release } from "../../../../src/api/release.ts";
import { openOf, ReleaseIndex, surplusOf } from "../../../../src/controllers/release-index.ts";
import { releaseSpec } from "../../../support/api-cases.ts";

type Ending = "True" | "Failed" | "Superseded" | "none";

const app: Application = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", uid: "app-1" }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };

function release(number: number, ending: Ending = "none", resourceVersion = "1"): Release {
  const condition = { type: "Succeeded", status: ending === "True" ? ("True" as const) : ("False" as const), reason: ending === "True" ? "Succeeded" : ending, message: "x", lastTransitionTime: "2026-01-01T00:00:00Z" };
  const ownerReferences = [{ apiVersion: app.apiVersion, kind: app.kind, name: "shop", uid: "app-1" }];
  return {
    apiVersion: app.apiVersion, kind: "Release", metadata: { name: `shop-${number}`, namespace: "shop", uid: `uid-${number}`, resourceVersion, ownerReferences }, spec: releaseSpec() as Release["spec"],
    ...(ending === "none" ? {} : { status: { conditions: [condition] } }),
  };
}

const names = (releases: readonly Release[]): string[] => releases.map(({ metadata }) => metadata.name);
const history = (...endings: Ending[]): Release[] => endings.map((ending, index) => release(index + 1, ending));

describe("the index", () => {
  test("orders by number, not by text", () => {
    const index = new ReleaseIndex();
    for (const number of [10, 9, 2]) index.put(release(number));
    expect(names(index.of(app))).toEqual(["shop-2", "shop-9", "shop-10"]);
    expect(index.nextNumber(app)).toBe(11);
  });

  test("keeps the newer of two versions, whichever comes first", () => {
    const index = new ReleaseIndex();
    index.put(release(1, "True", "12"));
    index.put(release(1, "none", "9"));
    expect(openOf(index.of(app))).toBeUndefined();
  });

  test.each<[string, Partial<Release["metadata"]>]>([
    ["that nothing of ours owns", { ownerReferences: [] }],
    ["of a namesake that is gone", { ownerReferences: [{ apiVersion: app.apiVersion, kind: app.kind, name: "shop", uid: "app-0" }] }],
    ["after which there would be no name", { name: "shop-999999999" }],
  ])("does not count from a Release %s", (_what, metadata) => {
    const index = new ReleaseIndex();
    const made = release(70);
    index.put({ ...made, metadata: { ...made.metadata, ...metadata } });
    index.put(release(2));
    expect(index.nextNumber(app)).toBe(3);
  });

  test("does not use a number again after its Release is gone, until the Application is", () => {
    const index = new ReleaseIndex();
    index.put(release(3));
    index.drop(release(3));
    expect(index.nextNumber(app)).toBe(4);
    index.forget("shop/shop");
    expect(index.nextNumber(app)).toBe(1);
  });
});

describe("the open attempt", () => {
  test.each<[string, Ending[], string | undefined]>([
    ["is the newest while it waits or goes on", ["True", "none"], "shop-2"],
    ["is one that failed, for it is tried again", ["True", "Failed"], "shop-2"],
    ["is none once the newest succeeded, whatever was before", ["none", "True"], undefined],
    ["is none once the newest was given up", ["Failed", "Superseded"], undefined],
    ["is none where there is no Release", [], undefined],
  ])("%s", (_name, endings, open) => {
    expect(openOf(history(...endings))?.metadata.name).toBe(open);
  });
});

describe("what exceeds the limit", () => {
  test.each<[string, Ending[], number, string[]]>([
    ["are the oldest", ["True", "True", "True"], 2, ["shop-1"]],
    ["is not the last one that succeeded", ["True", "Failed", "Superseded", "Failed"], 2, ["shop-2"]],
    ["is nothing below the limit", ["True", "True"], 2, []],
  ])("%s", (_name, endings, limit, surplus) => {
    expect(names(surplusOf(history(...endings), limit))).toEqual(surplus);
  });
});

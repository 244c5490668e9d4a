import { describe, expect } from "vitest";
import { findCondition } from "../../../src/api/conditions.ts";
import type { Release } from "../../../src/api/release.ts";
import { configMap, deployment, withPods } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const outcome = (release: Release | undefined): string => `${findCondition(release?.status?.conditions, "Succeeded")?.reason}`;
const names = (shop: Tenant): string[] => shop.releases.map(({ metadata }) => metadata.name);

describe.concurrent("a Release", () => {
  test("is made by each commit that changes something here, and tells it with commit, author and message", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    const commit = await shop.commit({ "a.yaml": configMap("a", { value: "two" }), "b.yaml": null, "c.yaml": configMap("c") }, { author: "Ada <ada@example.com>", message: "Swap b for c\n\nBecause." });
    await shop.ready(commit);
    await shop.until("it succeeded", () => outcome(shop.releases[1]) === "Succeeded");
    const of = (action: string, name: string): object => ({ action, object: `/ConfigMap/${shop.namespace}/${name}` });
    expect(shop.releases[1]?.spec).toMatchObject({
      revision: `main@sha1:${commit}`,
      commit: { id: commit, author: "Ada <ada@example.com>", message: "Swap b for c" },
      plan: { summary: "1 to create, 1 to configure, 1 to delete", changes: [of("Configure", "a"), of("Delete", "b"), of("Create", "c")] },
    });
    expect(shop.releases[1]?.status?.completedAt).toBeDefined();
    expect(await shop.kubectl("get", "drel", "-o", "wide")).toMatch(/^app-2 .* 1 to create, 1 to configure, 1 to delete +True +Succeeded .* 2 objects of main@[0-9a-f]{7} live and healthy *$/m);
  });

  test("is made neither by drift nor by a commit that changes nothing here", async ({ tenant }) => {
    const shop = await tenant({ "app/a.yaml": configMap("a"), "other/b.yaml": configMap("b") }, { app: { path: "app" } });
    await shop.ready();
    await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.reverted(({ path }) => path === "/data/value");
    await shop.commit({ "other/b.yaml": configMap("b", { value: "two" }), "app/a.yaml": `# a comment\n${JSON.stringify(configMap("a"))}` });
    await shop.handled("GitSource");
    await shop.handled("Application");
    const before = shop.app?.status?.lastAppliedRevision;
    expect(shop.source?.status?.artifact?.revision).toBe(before);
    expect(names(shop)).toEqual(["app-1"]);
  });

  test("tells why it failed, and that it succeeded at last", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": withPods(deployment("web"), { outcome: "NeverReady" }) }, { app: { health: { timeout: "1s" } } });
    await shop.until("it failed", () => outcome(shop.releases[0]) === "Failed");
    expect(findCondition(shop.releases[0]?.status?.conditions, "Succeeded")?.message).toMatch(/^applied, but not healthy: 1 of 1 not healthy: Deployment \S+\/web: no progress for 1s/);
    await shop.ready(await shop.commit({ "web.yaml": deployment("web") }));
    await shop.until("the next one succeeded", () => outcome(shop.releases[1]) === "Succeeded");
    expect(["Failed", "Superseded"]).toContain(outcome(shop.releases[0])); // the last Pods may have moved before the next commit came
  });

  test("is kept as long as spec.historyLimit says", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { historyLimit: 2 } });
    await shop.ready();
    for (const value of ["two", "three", "four"]) await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value }) }));
    await shop.request("Application"); // a quiet moment
    await shop.until("the oldest are gone", () => names(shop).join(" ") === "app-3 app-4");
    expect(shop.app?.status?.release).toBe("app-4");
  });

  test("cannot be changed but for the approval, and goes with its Application", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await expect(shop.kubectl("patch", "drel/app-1", "--type=merge", "-p", '{"spec":{"revision":"main@sha1:0"}}')).rejects.toThrow(/only spec\.approval|immutable/i);
    expect(shop.releases[0]?.metadata.ownerReferences).toMatchObject([{ kind: "Application", name: "app", uid: shop.app?.metadata.uid }]);
  });
});

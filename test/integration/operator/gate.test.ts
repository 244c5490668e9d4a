import { describe, expect } from "vitest";
import { findCondition } from "../../../src/api/conditions.ts";
import type { Release } from "../../../src/api/release.ts";
import { configMap, deployment, secret } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const MANUAL = { app: { sync: { approval: "Manual" } } } as const;
const ALWAYS = { name: "always", kind: "Allow", schedule: "* * * * *", duration: "1h" } as const;
/** Open for a minute once a year, on a day that is far away. */
const NEVER = { name: "new-year", kind: "Allow", schedule: `0 0 1 ${new Date().getUTCMonth() < 6 ? 12 : 6} *`, duration: "1m", timeZone: "Europe/Berlin" } as const;

const stateOf = (release: Release | undefined): string => `${findCondition(release?.status?.conditions, "Succeeded")?.reason}`;
const value = (data: string): Record<string, ReturnType<typeof configMap>> => ({ "a.yaml": configMap("a", { value: data }) });
const edit = (shop: Tenant, data: string): Promise<string> => shop.kubectl("patch", "configmap/a", "--type=merge", "-p", JSON.stringify({ data: { value: data } }));

/** Waits until the Application waits for a yes on this Release, and answers with the text. */
async function waitsOn(shop: Tenant, release: string): Promise<string> {
  await shop.until(`${release} waits`, () => shop.condition("Application", "Ready")?.reason === "AwaitingApproval" && shop.condition("Application", "Ready")?.message.includes(` ${release} -n`) === true && stateOf(shop.releases.find(({ metadata }) => metadata.name === release)) === "AwaitingApproval");
  return shop.condition("Application", "Ready")?.message ?? "";
}

/** Approves what waits on this Release, by the command of the message as it stands. */
async function approve(shop: Tenant, release: string): Promise<void> {
  await shop.paste(await waitsOn(shop, release), "kubectl patch");
}

describe.concurrent("with approval Manual", () => {
  test("the first deploy waits on a Release that shows plan, commit and author, until the printed command is pasted", async ({ tenant }) => {
    const shop = await tenant({ ...value("one"), "web.yaml": deployment("web"), "login.yaml": secret("login") }, MANUAL);
    const message = await waitsOn(shop, "app-1");
    expect(shop.condition("Application", "Ready")?.status).toBe("Unknown");
    expect(message).toContain("changes from the source wait for approval (3 to create)");
    expect(await shop.dataOf("a")).toBeUndefined();
    const [release] = shop.releases;
    expect(release?.spec).toMatchObject({
      application: "app", revision: shop.source?.status?.artifact?.revision,
      commit: { id: expect.stringMatching(/^[0-9a-f]{40}$/) as string, author: "Sandbox <sandbox@driftless.dev>", message: "update" },
      plan: {
        summary: "3 to create",
        changes: [`/ConfigMap/${shop.namespace}/a`, `/Secret/${shop.namespace}/login`, `apps/Deployment/${shop.namespace}/web`].map((object) => ({ action: "Create", object })),
      },
    });
    await shop.paste(message, "kubectl patch");
    await shop.ready();
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.until("its Release succeeded", () => stateOf(shop.releases[0]) === "Succeeded");
    expect(shop.releases[0]?.spec.approval?.reason).toBe("WHY");
    expect(shop.app?.status?.release).toBe("app-1");
    const [header, line] = (await shop.kubectl("get", "drel")).split("\n");
    expect(header).toMatch(/^NAME +APPLICATION +REVISION +CHANGES +SUCCEEDED +REASON +SINCE +AGE$/);
    expect(line).toMatch(/^app-1 +app +main@sha1:[0-9a-f]{40} +3 to create +True +Succeeded /);
  });

  test("a newer commit takes the place of the one that waits, and the old yes does not count for it", async ({ tenant }) => {
    const shop = await tenant(value("one"), MANUAL);
    await approve(shop, "app-1");
    await shop.ready();
    await shop.commit(value("two"));
    const old = await waitsOn(shop, "app-2");
    const commit = await shop.commit(value("three"));
    const message = await waitsOn(shop, "app-3");
    await shop.until("the older one is given up", () => stateOf(shop.releases[1]) === "Superseded");
    expect(findCondition(shop.releases[1]?.status?.conditions, "Succeeded")?.message).toContain("app-3");
    await shop.paste(old, "kubectl patch");
    await shop.handled("Application");
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.paste(message, "kubectl patch");
    await shop.ready(commit);
    expect(await shop.dataOf("a")).toEqual({ value: "three" });
  });

  test("a commit that takes back the one that waits needs no yes", async ({ tenant }) => {
    const shop = await tenant(value("one"), MANUAL);
    await approve(shop, "app-1");
    await shop.ready();
    await shop.commit(value("two"));
    await waitsOn(shop, "app-2");
    await shop.ready(await shop.commit(value("one")));
    await shop.until("the change is given up", () => stateOf(shop.releases[1]) === "Superseded");
    expect(shop.releases).toHaveLength(2);
  });

  test("drift is put back to what was applied last while a change waits", async ({ tenant }) => {
    const shop = await tenant({ ...value("one"), "b.yaml": configMap("b") }, MANUAL);
    await approve(shop, "app-1");
    await shop.ready();
    const commit = await shop.commit(value("two"));
    const message = await waitsOn(shop, "app-2");
    await edit(shop, "by hand");
    expect(await shop.reverted(({ path }) => path === "/data/value")).toMatchObject({ desired: '"one"', live: '"by hand"' });
    await shop.kubectl("delete", "configmap/b");
    await shop.reverted(({ class: kind }) => kind === "Missing");
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "one" }, { value: "one" }]);
    await shop.paste(message, "kubectl patch"); // the yes is one to what was shown: what was put back is as it was
    await shop.ready(commit);
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
  });

  test("an object that changed between yes and write is not written over: a new yes is asked for", async ({ tenant }) => {
    const sync = { approval: "Manual" } as const;
    const shop = await tenant({ ...value("one"), "b.yaml": configMap("b") }, { app: { sync, drift: { mode: "Report" } } });
    await approve(shop, "app-1");
    await shop.ready();
    await shop.respec("Application", { sync: { windows: [NEVER] } });
    const commit = await shop.commit({ ...value("two"), "b.yaml": configMap("b", { value: "two" }) });
    await shop.saying("Application", "Ready", "WindowClosed");
    await shop.until("its Release shows what is to be approved", () => shop.releases[1]?.spec.plan.digest !== undefined);
    const planDigest = shop.releases[1]?.spec.plan.digest;
    await shop.kubectl("patch", "releases.driftless.dev/app-2", "--type=merge", "-p", JSON.stringify({ spec: { approval: { planDigest, reason: "looks good" } } }));
    await edit(shop, "by hand");
    await shop.until("the edit is told", () => shop.report?.status?.total === 1);
    await shop.respec("Application", { sync: { windows: [] } });
    const message = await waitsOn(shop, "app-3");
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "by hand" }, { value: "one" }]);
    await shop.paste(message, "kubectl patch");
    await shop.ready(commit);
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "two" }, { value: "two" }]);
  });
});

describe.concurrent("a window", () => {
  test("that is closed holds changes up, and its opening is told in status and message", async ({ tenant }) => {
    const shop = await tenant(value("one"), { app: { sync: { windows: [NEVER] } } });
    const message = await shop.saying("Application", "Ready", "WindowClosed");
    expect(message).toMatch(/opens at 20\d\d-\d\d-\d\dT\d\d:00/);
    expect(shop.app?.status?.nextWindowAt).toMatch(/^20\d\d-(0[56]|1[12])-3[01]T2[23]:00:00Z$/);
    expect(await shop.dataOf("a")).toBeUndefined();
    await shop.respec("Application", { sync: { windows: [NEVER, ALWAYS] } });
    await shop.ready();
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    expect(shop.app?.status?.nextWindowAt).toBeUndefined();
  });

  test("of kind Deny holds changes up, whatever is allowed, but not the correction of drift", async ({ tenant }) => {
    const shop = await tenant(value("one"));
    await shop.ready();
    await shop.respec("Application", { sync: { windows: [ALWAYS, { ...ALWAYS, name: "freeze", kind: "Deny" }] } });
    const commit = await shop.commit(value("two"));
    expect(await shop.saying("Application", "Ready", "WindowClosed")).toContain("freeze");
    await edit(shop, "by hand");
    await shop.reverted(({ path, desired }) => path === "/data/value" && desired === '"one"');
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.respec("Application", { sync: { windows: null } });
    await shop.ready(commit);
  });

  test("that cannot be read is told with all other problems of the spec, and nothing is applied", async ({ tenant }) => {
    const windows = [{ ...ALWAYS, schedule: "61 25 * * *" }, { ...ALWAYS, name: "mars", timeZone: "Mars/Olympus" }];
    const shop = await tenant(value("one"), { app: { sync: { windows }, drift: { ignore: [{ paths: ["/metadata/name"] }] } } });
    const message = await shop.saying("Application", "Ready", "SpecInvalid");
    for (const problem of ["61", "Mars/Olympus", "spec.drift.ignore[0]"]) expect(message).toContain(problem);
    expect(shop.condition("Application", "Stalled")?.status).toBe("True");
    await shop.told("Application", /^SpecInvalid: .*Mars\/Olympus/s);
    expect(await shop.dataOf("a")).toBeUndefined();
  });
});

describe.concurrent("a suspended Application", () => {
  test("says why, applies and corrects nothing, and does both when it is resumed", async ({ tenant }) => {
    const shop = await tenant(value("one"));
    await shop.ready();
    await shop.respec("Application", { suspend: true, suspendReason: "incident 4711, ask Ada" });
    expect(await shop.saying("Application", "Ready", "Suspended")).toContain("incident 4711, ask Ada");
    const commit = await shop.commit({ "b.yaml": configMap("b") });
    await edit(shop, "by hand");
    await shop.handled("Application");
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "by hand" }, undefined]);
    await shop.respec("Application", { suspend: false, suspendReason: null });
    await shop.ready(commit);
    await shop.reverted(({ path }) => path === "/data/value");
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "one" }, { value: "one" }]);
  });
});

import { describe, expect } from "vitest";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { configMap, deployment, job, withPods } from "../../support/manifests.ts";
import { operatorLog, operatorRequests, isDone, test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const annotated = (object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations } });
const hook = (phase: string, object: KubeObject, more: Readonly<Record<string, string>> = {}): KubeObject => annotated(object, { "driftless.dev/hook": phase, ...more });
const quick = (name: string): KubeObject => withPods(job(name), { "complete-after": "300ms" });
const slow = (name: string): KubeObject => withPods(job(name), { "complete-after": "3s" });
const jobs = { watch: [{ apiVersion: "batch/v1", kind: "Job" }] };

/** What the newest Release tells of its hooks: `PreSync migrate Succeeded`. */
const told = (shop: Tenant): string[] => (shop.releases.at(-1)?.status?.hooks ?? []).map(({ phase, object, state }) => `${phase} ${object.split("/").at(-1)} ${state}`);
/** Waits until it tells exactly this: the watch over Releases may be behind the one over Applications. */
const telling = (shop: Tenant, ...hooks: readonly string[]): Promise<void> => shop.until(hooks.join(", "), () => told(shop).join() === hooks.join());
const uidOf = async (shop: Tenant, name: string): Promise<string | undefined> => (await shop.live("batch/v1", "Job", name))?.metadata.uid;

/** The writes of the operator in this namespace, in order: `create jobs/migrate`. */
async function writes(shop: Tenant): Promise<string[]> {
  const requests = (await operatorRequests(shop.namespace)).filter(isDone);
  return requests.filter(({ verb, objectRef }) => ["create", "patch", "delete"].includes(verb) && ["jobs", "configmaps", "serviceaccounts", "deployments"].includes(objectRef?.resource ?? "")).map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}/${objectRef?.name}`);
}

const helm = (weight: string, more: Readonly<Record<string, string>> = {}) => ({ "helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-weight": weight, "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded", ...more });

describe.concurrent("hooks", () => {
  test("run before and after everything, once for each content, and are told on the Release", async ({ tenant }) => {
    const files = { "web.yaml": deployment("web"), "a.yaml": configMap("a"), "migrate.yaml": hook("PreSync", slow("migrate")), "smoke.yaml": hook("PostSync", quick("smoke")) };
    const shop = await tenant(files, jobs);
    await shop.telling("Application", "Synced", /^waiting for hook Job \S+\/migrate \(PreSync\), begun at \S+: /);
    expect(shop.condition("Application", "Ready")).toMatchObject({ status: "Unknown", reason: "HookRunning" });
    expect(await shop.dataOf("a")).toBeUndefined();
    await telling(shop, "PreSync migrate Running");
    await shop.ready();
    await telling(shop, "PreSync migrate Succeeded", "PostSync smoke Succeeded");
    const order = await writes(shop);
    expect(order[0]).toBe("create jobs/migrate");
    expect(order.at(-1)).toBe("create jobs/smoke");
    await shop.told("Application", /^HookSucceeded: hook Job \S+\/smoke \(PostSync\) succeeded/);
    expect((await operatorLog()).some(({ message, cause }) => message === "hook" && typeof cause === "string" && cause.startsWith(`hook Job ${shop.namespace}/migrate (PreSync) runs`))).toBe(true);
  });

  test("run once for each content: not for drift, nor when somebody asks for a look, nor for a commit that changes nothing here", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "migrate.yaml": hook("PreSync", quick("migrate")), "smoke.yaml": hook("PostSync", quick("smoke")) }, jobs);
    await shop.ready();
    const ran = [await uidOf(shop, "migrate"), await uidOf(shop, "smoke")];
    await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.reverted(({ path }) => path === "/data/value");
    const commit = await shop.commit({ "readme.md": "nothing" });
    await shop.until("it is fetched", () => shop.source?.status?.artifact?.revision.endsWith(commit) === true);
    await shop.handled("Application");
    expect([await uidOf(shop, "migrate"), await uidOf(shop, "smoke")]).toEqual(ran);
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    const again = [await uidOf(shop, "migrate"), await uidOf(shop, "smoke")];
    expect(again.every((uid, index) => uid !== undefined && uid !== ran[index])).toBe(true);
    await shop.until("both Releases tell of them", () => shop.releases.every(({ status }) => status?.hooks?.length === 2) && shop.releases.length === 2);
  });

  test("that fail say why, are not repeated, run the hooks for a failure, and run again when somebody asks", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "migrate.yaml": hook("PreSync", withPods(job("migrate"), { outcome: "Crash" })), "mail.yaml": hook("SyncFail", quick("mail")) }, jobs);
    const message = await shop.saying("Application", "Synced", "HookFailed");
    expect(message).toMatch(/^hook Job \S+\/migrate \(PreSync\) failed: BackoffLimitExceeded: /);
    await shop.until("the hook for a failure has run", () => told(shop).includes("SyncFail mail Succeeded"));
    const uid = await uidOf(shop, "migrate");
    expect(shop.releases.at(-1)?.status?.conditions?.[0]).toMatchObject({ type: "Succeeded", status: "False", reason: "Failed" });
    expect(await shop.dataOf("a")).toBeUndefined();
    await shop.handled("Application");
    await shop.until("it has run again", () => shop.releases.length === 2 && told(shop).includes("PreSync migrate Failed"));
    expect(await uidOf(shop, "migrate")).not.toBe(uid);
    await shop.ready(await shop.commit({ "migrate.yaml": hook("PreSync", quick("migrate")) }));
    expect(shop.releases).toHaveLength(3);
  });

  test("of Helm bring what they need, in the order of their weights, and go as their policy says", async ({ tenant }) => {
    const account: KubeObject = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "runner" } };
    const shop = await tenant({
      "a.yaml": configMap("a"), "0.yaml": annotated(account, helm("-5")), "1.yaml": annotated(configMap("settings"), helm("-5")), "2.yaml": annotated(quick("migrate"), helm("1")),
      "3.yaml": annotated(quick("tests"), { "helm.sh/hook": "test" }),
    }, jobs);
    await shop.ready();
    await telling(shop, "PreSync runner Succeeded", "PreSync settings Succeeded", "PreSync migrate Succeeded");
    await shop.until("the Job is gone", () => shop.view.get("Job", "migrate") === undefined);
    expect([await shop.live("v1", "ServiceAccount", "runner"), await shop.dataOf("settings"), await uidOf(shop, "tests")]).toEqual([undefined, undefined, undefined]);
    const order = (await writes(shop)).filter((write) => !write.startsWith("delete"));
    expect(order).toEqual(["create serviceaccounts/runner", "create configmaps/settings", "create jobs/migrate", "patch configmaps/a"]);
  });

  test("with a time to live go after it, seen to the end, and with the Application otherwise", async ({ tenant }) => {
    const ttl = withPods(job("migrate", { ttlSecondsAfterFinished: 0 }), { "complete-after": "300ms" });
    const shop = await tenant({ "a.yaml": configMap("a"), "migrate.yaml": hook("PreSync", ttl), "smoke.yaml": hook("PostSync", quick("smoke")) }, jobs);
    await shop.ready();
    await shop.until("the first one is gone", () => shop.view.get("Job", "migrate") === undefined);
    expect(shop.view.get("Job", "smoke")).toBeDefined();
    await telling(shop, "PreSync migrate Succeeded", "PostSync smoke Succeeded");
    await shop.delete();
    await shop.gone();
    await shop.until("what the other one made is gone", () => shop.view.get("Job", "smoke") === undefined);
  });

  test("are shown by the plan, and wait for approval like everything that the source brings", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "migrate.yaml": hook("PreSync", quick("migrate")) }, { ...jobs, app: { sync: { approval: "Manual" } } });
    const message = await shop.saying("Application", "Synced", "AwaitingApproval");
    expect(message).toContain("1 to create, 1 hook to run");
    expect(shop.releases[0]?.spec.plan.changes).toEqual([{ action: "Create", object: `/ConfigMap/${shop.namespace}/a` }, { action: "Run", object: `batch/Job/${shop.namespace}/migrate` }]);
    expect(shop.view.get("Job", "migrate")).toBeUndefined();
    await shop.paste(message, "kubectl patch");
    await shop.ready();
    await telling(shop, "PreSync migrate Succeeded");
  });
});


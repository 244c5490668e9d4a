/** Hooks in the whole loop: order, once for each content, failures, crashes. */
import { describe, expect, test } from "vitest";
import { configMapYaml, deploymentYaml } from "../../support/loop/app-world.ts";
import { widgetCrd } from "../../support/widget-crd.ts";
import { hookOf, HookWorld, hookWorld, jobYaml } from "../../support/loop/hook-world.ts";

const site = (value: string, extra: Readonly<Record<string, string>> = {}) => ({ "a/x.yaml": configMapYaml("x", value), "a/migrate.yaml": jobYaml("migrate", hookOf("PreSync")), ...extra });

const withImage = (image: string) => site("1", { "a/migrate.yaml": jobYaml("migrate", hookOf("PreSync"), { image }) });

describe("a hook before everything", () => {
  test("holds the objects back until it is complete, and is told meanwhile", async () => {
    const world = await hookWorld(site("1"));
    expect([world.jobs(), world.names("ConfigMap"), world.told()]).toEqual([["migrate"], [], ["PreSync migrate Running"]]);
    expect(world.condition("a", "Synced")).toMatch(/^False HookRunning: waiting for hook Job apps\/migrate \(PreSync\), begun at .*: not started\. To see why: kubectl describe job migrate -n apps$/);
    expect(world.condition("a", "Ready")).toMatch(/^Unknown HookRunning/);
    world.end("migrate");
    await world.advance(1_000);
    expect([world.names("ConfigMap"), world.told(), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["x"], ["PreSync migrate Succeeded"], "True"]);
  });

  test("does not run again for drift, a restart, a resync or a commit that changes nothing", async () => {
    const world = await hookWorld(site("1"));
    world.end("migrate");
    await world.advance(60_000);
    world.requests.length = 0;
    world.patch("ConfigMap", "x", { data: { v: "evil" } }, { apiVersion: "v1", manager: "kubectl-edit" });
    await world.advance(10_000);
    expect(world.value("x")).toBe("1");
    world.kill();
    world.start();
    await world.advance(2 * 3_600_000);
    world.commit({ ...site("1"), "other.yaml": "x: y\n" });
    await world.advance(60_000);
    expect([world.created(), world.releases().length]).toEqual([[], 1]);
  });

  test("runs again for other content, in place of the one before", async () => {
    const world = await hookWorld(site("1"));
    world.end("migrate");
    await world.advance(60_000);
    const before = world.job("migrate")?.metadata.uid;
    world.requests.length = 0;
    world.commit(site("2"));
    await world.advance(10_000);
    expect([world.created(), world.value("x"), world.job("migrate")?.metadata.uid === before]).toEqual([["migrate"], "1", false]);
    world.end("migrate");
    await world.advance(10_000);
    expect([world.created(), world.value("x"), world.told(), world.releases().length]).toEqual([["migrate"], "2", ["PreSync migrate Succeeded"], 2]);
  });

  test("does not run again when something else than the content brings changes", async () => {
    const world = await hookWorld(site("1"));
    world.end("migrate");
    await world.advance(60_000);
    world.requests.length = 0;
    world.patch("Application", "a", { spec: { drift: { ignore: [{ paths: ["/data/v"] }] } } });
    await world.advance(60_000);
    expect([world.created(), world.releases().map(({ spec }) => spec.plan.hooks?.occasion)]).toEqual([[], ["Install", "None"]]);
    world.commit(site("1", { "a/more.yaml": configMapYaml("more") }));
    await world.advance(10_000);
    expect(world.created()).toEqual(["migrate"]);
  });

  test("does not run again because the Release of the last sync was deleted", async () => {
    const world = await hookWorld(withImage("job:1"));
    world.end("migrate");
    await world.advance(60_000);
    world.commit(withImage("job:2"));
    await world.advance(10_000);
    world.end("migrate");
    await world.advance(10_000);
    world.cluster.server.delete({ apiVersion: "driftless.dev/v1alpha1", kind: "Release", namespace: "apps", name: world.releases().at(-1)?.metadata.name ?? "" }, { propagationPolicy: "Background" });
    world.requests.length = 0;
    await world.advance(2 * 3_600_000);
    expect([world.created(), world.releases().length]).toEqual([[], 1]);
  });

  test("runs when nothing but itself has changed", async () => {
    const world = await hookWorld(site("1"));
    world.end("migrate");
    await world.advance(60_000);
    world.requests.length = 0;
    world.commit(site("1", { "a/migrate.yaml": jobYaml("migrate", hookOf("PreSync"), { image: "job:2" }) }));
    await world.advance(10_000);
    expect(world.created()).toEqual(["migrate"]);
    world.end("migrate");
    await world.advance(10_000);
    expect([world.condition("a", "Ready")?.slice(0, 4), world.releases().length]).toEqual(["True", 2]);
  });

  test("that fails is not tried again before the content changes or somebody asks", async () => {
    const world = await hookWorld(site("1"));
    world.end("migrate", "Failed");
    await world.advance(3 * 3_600_000);
    expect([world.created(), world.names("ConfigMap")]).toEqual([["migrate"], []]);
    expect(world.condition("a", "Synced")).toContain("False HookFailed: hook Job apps/migrate (PreSync) failed: BackoffLimitExceeded: Job has reached the specified backoff limit");
    expect(world.condition("a", "Stalled")).toContain("True HookFailed");
    expect(world.condition("a", "Stalled")).toContain('To run all hooks of it again: kubectl annotate applications.driftless.dev a -n apps --overwrite driftless.dev/reconcile-requested-at=');
    world.patch("Application", "a", { metadata: { annotations: { "driftless.dev/reconcile-requested-at": "now" } } });
    await world.advance(60_000);
    expect([world.created(), world.told(), world.releases().length]).toEqual([["migrate", "migrate"], ["PreSync migrate Running"], 2]);
    world.end("migrate");
    await world.advance(60_000);
    expect([world.names("ConfigMap"), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["x"], "True"]);
  });
});

const at = (wave: number): string => `driftless.dev/wave: "${wave}"`;
const after = async (world: Awaited<ReturnType<typeof hookWorld>>, name: string, how?: "Failed") => {
  world.end(name, how);
  await world.advance(5_000);
  return world.jobs();
};

describe("several hooks", () => {
  test("run one after the other: phase, wave, kind, name", async () => {
    const world = await hookWorld({
      "a/x.yaml": configMapYaml("x"),
      "a/1.yaml": jobYaml("b", hookOf("PreSync")), "a/2.yaml": jobYaml("a", hookOf("PreSync", at(1))), "a/3.yaml": jobYaml("c", hookOf("PreSync", at(-1))), "a/4.yaml": jobYaml("z", hookOf("PostSync")), "a/5.yaml": jobYaml("aa", hookOf("PreSync")),
      "a/6.yaml": configMapYaml("settings", "1", `, annotations: {${hookOf("PreSync")}}`),
    });
    for (const name of ["c", "aa", "b", "a", "z"]) {
      expect(world.created().at(-1)).toBe(name);
      await after(world, name);
    }
    expect(world.requests.filter((request) => request.startsWith("create Job") || /^(create|apply) ConfigMap/.test(request))).toEqual(["create Job c", "create ConfigMap settings", "create Job aa", "create Job b", "create Job a", "apply ConfigMap x", "create Job z"]);
    expect(world.condition("a", "Ready")).toMatch(/^True/);
    expect(world.told()).toEqual(["PreSync c Succeeded", "PreSync settings Succeeded", "PreSync aa Succeeded", "PreSync b Succeeded", "PreSync a Succeeded", "PostSync z Succeeded"]);
  });

  test("have their Namespace, and the definition of their kind, before they begin", async () => {
    const crd = JSON.stringify(widgetCrd("example.com"));
    const world = await hookWorld({
      "a/x.yaml": configMapYaml("x"), "a/n.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: jobs}\n", "a/crd.yaml": crd,
      "a/1.yaml": jobYaml("migrate", hookOf("PreSync", at(1))).replace("{name: migrate,", "{name: migrate, namespace: jobs,"),
      "a/2.yaml": `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, annotations: {${hookOf("PreSync")}}}\nspec: {serial: 1}\n`,
    });
    expect([world.created(), world.names("ConfigMap"), world.names("Widget")]).toEqual([["migrate"], [], ["w"]]);
    expect(world.condition("a", "Synced")).toContain("waiting for hook Job jobs/migrate (PreSync)");
  });

  test("have them whatever their wave, and wait for a definition without anything having failed", async () => {
    const crd = JSON.stringify(widgetCrd("example.com"));
    const world = new HookWorld();
    world.app("a");
    world.paused = true; // nothing is established
    await world.settled({
      "a/x.yaml": configMapYaml("x", "1", `, annotations: {${at(-1)}}`), "a/n.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: jobs}\n", "a/crd.yaml": crd,
      "a/1.yaml": jobYaml("migrate", hookOf("PreSync", at(1))).replace("{name: migrate,", "{name: migrate, namespace: jobs,"), "a/f.yaml": jobYaml("mail", hookOf("SyncFail")),
      "a/2.yaml": `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, annotations: {${hookOf("PreSync")}}}\nspec: {serial: 1}\n`,
    });
    expect([world.created(), world.names("ConfigMap"), world.condition("a", "Synced")?.slice(0, 17)]).toEqual([[], [], "False HookRunning"]);
    expect(world.condition("a", "Synced")).toContain("waits for CustomResourceDefinition widgets.example.com to be established");
    world.paused = false;
    await world.advance(10_000);
    expect([world.created(), world.names("Widget"), world.names("ConfigMap")]).toEqual([["migrate"], ["w"], []]);
  });

  test("of the sync itself run when the objects of their wave are applied, and hold later waves", async () => {
    const world = await hookWorld({
      "a/x.yaml": configMapYaml("x"), "a/y.yaml": configMapYaml("why", "1", `, annotations: {${at(1)}}`), "a/z.yaml": configMapYaml("z", "1", `, annotations: {${at(2)}}`),
      "a/1.yaml": jobYaml("mid", hookOf("Sync")), "a/2.yaml": jobYaml("late", hookOf("Sync", at(1))),
    });
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([["mid"], ["x"]]);
    expect(world.condition("a", "Synced")).toContain("False HookRunning: waiting for hook Job apps/mid (Sync)");
    await after(world, "mid");
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([["late", "mid"], ["why", "x"]]);
    await after(world, "late");
    expect([world.names("ConfigMap"), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["why", "x", "z"], "True"]);
  });

  test("after everything wait until it is healthy and what is stale is gone", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x"), "a/old.yaml": configMapYaml("old"), "a/t.yaml": jobYaml("smoke", hookOf("PostSync")) });
    await after(world, "smoke");
    world.requests.length = 0;
    world.paused = true;
    world.commit({ "a/x.yaml": configMapYaml("x"), "a/d.yaml": deploymentYaml("web"), "a/t.yaml": jobYaml("smoke", hookOf("PostSync")) });
    await world.advance(5_000);
    expect([world.created(), world.condition("a", "Ready")?.slice(0, 19)]).toEqual([[], "Unknown Progressing"]);
    world.paused = false;
    await world.advance(5_000);
    expect([world.created(), world.names("ConfigMap")]).toEqual([["smoke"], ["x"]]);
    world.paused = true;
    world.end("smoke");
    await world.advance(5_000);
    world.commit({ "a/x.yaml": configMapYaml("x"), "a/d.yaml": deploymentYaml("web", "web:2"), "a/t.yaml": jobYaml("smoke", hookOf("PostSync")) });
    await world.advance(5_000);
    expect(world.condition("a", "Ready")).toMatch(/^Unknown HookRunning: hook Job apps\/smoke \(PostSync\) waits until what comes before it is applied and healthy: 1 of 2 not healthy: Deployment apps\/web/);
    world.paused = false;
    await world.advance(5_000);
    expect(world.created()).toEqual(["smoke", "smoke"]);
    await after(world, "smoke");
    expect(world.condition("a", "Ready")).toMatch(/^True/);
  });

  test("for a failure run once, whatever failed", async () => {
    const files = { "a/x.yaml": configMapYaml("x"), "a/1.yaml": jobYaml("migrate", hookOf("PreSync")), "a/2.yaml": jobYaml("mail", hookOf("SyncFail")) };
    const world = await hookWorld(files);
    expect(await after(world, "migrate", "Failed")).toEqual(["mail", "migrate"]);
    await after(world, "mail");
    await world.advance(3_600_000);
    expect([world.created(), world.told()]).toEqual([["migrate", "mail"], ["PreSync migrate Failed", "SyncFail mail Succeeded"]]);
    world.commit({ "a/x.yaml": configMapYaml("x"), "a/bad.yaml": configMapYaml("Bad_Name"), "a/2.yaml": jobYaml("mail", hookOf("SyncFail")) });
    world.requests.length = 0;
    await world.advance(10_000);
    expect(world.created()).toEqual(["mail"]);
    await after(world, "mail");
    await world.advance(600_000);
    expect(world.created()).toEqual(["mail"]);
    world.commit({ "a/x.yaml": configMapYaml("x", "2"), "a/2.yaml": jobYaml("mail", hookOf("SyncFail")) });
    await world.advance(10_000);
    expect([world.created(), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["mail"], "True"]);
  });
});

describe("a hook that does not get going", () => {
  test("says what keeps it, without an event that tells of it", async () => {
    const world = await hookWorld(site("1"));
    expect(world.condition("a", "Synced")).toMatch(/: not started\. To see why: kubectl describe job migrate -n apps$/);
    world.create({ apiVersion: "v1", kind: "Pod", metadata: { name: "migrate-1", namespace: "apps", labels: { "job-name": "migrate" } }, spec: { containers: [{ name: "run", image: "job:1" }] } });
    world.patch("Pod", "migrate-1", { status: { containerStatuses: [{ name: "run", state: { waiting: { reason: "ImagePullBackOff", message: "secret" } } }] } }, { apiVersion: "v1", manager: "kubelet", subresource: "status" });
    await world.advance(60_000);
    expect(world.condition("a", "Synced")).toContain("not started; Pod migrate-1: container run waits: ImagePullBackOff. To see why");
    world.run("migrate");
    await world.advance(5_000);
    world.requests.length = 0;
    await world.advance(300_000);
    expect([world.condition("a", "Synced")?.endsWith(": running, 0 of 1 succeeded"), world.requests.filter((request) => request.includes("Job migrate") || request === "list Pod")]).toEqual([true, []]);
  });

  test("is not told as one where only nobody may look at it", async () => {
    const world = await hookWorld(site("1", { "a/f.yaml": jobYaml("mail", hookOf("SyncFail")) }));
    world.run("migrate");
    world.faults = ({ verb, kind }) => (verb === "get" && kind === "Job" ? { kind: "Refuse", status: 403 } : undefined);
    await world.advance(60_000);
    expect([world.condition("a", "Synced"), world.created()]).toEqual([expect.stringContaining("HookBlocked: hook Job apps/migrate (PreSync) cannot be looked at: "), ["migrate"]]);
    world.faults = () => undefined;
    await after(world, "migrate");
    await world.advance(60_000);
    expect([world.condition("a", "Ready")?.slice(0, 4), world.created()]).toEqual(["True", ["migrate"]]);
  });

  test("for a failure is tried again, and told beside the failure", async () => {
    const world = new HookWorld();
    world.app("a");
    let left = 2;
    world.faults = ({ verb, name }) => (verb === "create" && name === "mail" && left > 0 ? { kind: "Refuse", status: left-- === 2 ? 500 : 403 } : undefined);
    await world.settled({ "a/x.yaml": configMapYaml("x"), "a/1.yaml": jobYaml("migrate", hookOf("PreSync")), "a/2.yaml": jobYaml("mail", hookOf("SyncFail")) });
    await after(world, "migrate", "Failed");
    expect([world.jobs(), world.condition("a", "Synced")]).toEqual([["migrate"], expect.stringMatching(/^False HookFailed: hook Job apps\/migrate[^]*\nhook Job apps\/mail \(SyncFail\) cannot be started: /)]);
    await world.advance(120_000);
    expect([world.jobs(), world.told()]).toEqual([["mail", "migrate"], ["PreSync migrate Failed", "SyncFail mail Running"]]);
  });
});

const turning = (isHook: boolean, value: string) => ({ "a/x.yaml": configMapYaml("x"), "a/s.yaml": configMapYaml("settings", value, isHook ? `, annotations: {${hookOf("PreSync")}}` : "") });
const generated = (value: string) => ({ "a/x.yaml": configMapYaml("x", value), "a/j.yaml": jobYaml("migrate-", hookOf("PreSync"), { nameField: "generateName" }) });
const policy = (...words: readonly string[]): string => `driftless.dev/hook-delete-policy: "${words.join(",")}"`;

const claim = (annotations: string): string => `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, annotations: {${annotations}}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n`;

describe("what a hook has made", () => {

  test("goes as its policy says, when the hooks of its phase are over", async () => {
    const world = await hookWorld({
      "a/x.yaml": configMapYaml("x"), "a/0.yaml": configMapYaml("settings", "1", `, annotations: {${hookOf("PreSync", policy("HookSucceeded"))}}`),
      "a/1.yaml": jobYaml("good", hookOf("PreSync", policy("HookSucceeded", "BeforeHookCreation"))), "a/2.yaml": jobYaml("kept", hookOf("PreSync", at(1))), "a/3.yaml": jobYaml("bad", hookOf("PostSync", policy("HookFailed"))),
    });
    await after(world, "good");
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([["good", "kept"], ["settings"]]);
    await after(world, "kept");
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([["bad", "kept"], ["x"]]);
    expect(await after(world, "bad", "Failed")).toEqual(["kept"]);
    expect(world.told()).toContain("PostSync bad Failed");
  });

  test("goes when its time to live is over, and never before its end was seen", async () => {
    const world = await hookWorld(site("1", { "a/migrate.yaml": jobYaml("migrate", hookOf("PreSync"), { spec: "ttlSecondsAfterFinished: 60" }) }));
    world.kill();
    world.end("migrate");
    await world.advance(600_000);
    expect(world.jobs()).toEqual(["migrate"]);
    world.start();
    await world.advance(30_000);
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([["migrate"], ["x"]]);
    await world.advance(60_000);
    expect([world.jobs(), world.created()]).toEqual([[], ["migrate"]]);
  });

  test("is no drift, is not pruned while it is in the source, and goes when the source has it no more", async () => {
    const world = await hookWorld(site("1"));
    await after(world, "migrate");
    world.patch("Job", "migrate", { metadata: { labels: { by: "hand" } } }, { apiVersion: "batch/v1", manager: "kubectl-edit" });
    await world.advance(2 * 3_600_000);
    expect([world.jobs(), world.condition("a", "Drifted")?.slice(0, 5)]).toEqual([["migrate"], "False"]);
    world.commit({ "a/x.yaml": configMapYaml("x", "1") });
    await world.advance(60_000);
    expect([world.jobs(), world.releases().length]).toEqual([[], 1]);
  });

  test("becomes an ordinary object, and an ordinary object a hook, when the source says so", async () => {
    const world = await hookWorld(turning(true, "1"));
    world.commit(turning(false, "2"));
    await world.advance(60_000);
    expect([world.value("settings"), world.condition("a", "Ready")?.slice(0, 4), world.condition("a", "Drifted")?.slice(0, 5)]).toEqual(["2", "True", "False"]);
    world.patch("ConfigMap", "settings", { data: { v: "evil" } }, { apiVersion: "v1", manager: "kubectl-edit" });
    await world.advance(10_000);
    expect(world.value("settings")).toBe("2");
    world.commit(turning(true, "3"));
    await world.advance(60_000);
    expect([world.value("settings"), world.condition("a", "Ready")?.slice(0, 4), world.created("ConfigMap")]).toEqual(["3", "True", ["settings", "settings"]]);
    world.commit(turning(false, "3"));
    await world.advance(60_000);
    world.commit({ "a/x.yaml": configMapYaml("x") });
    await world.advance(60_000);
    expect([world.names("ConfigMap"), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["x"], "True"]);
  });

  test("is an ordinary object for good once it was applied as one: it is not deleted before somebody says yes", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x"), "a/c.yaml": claim(hookOf("PreSync")) });
    world.commit({ "a/x.yaml": configMapYaml("x"), "a/c.yaml": claim("by: hand") });
    await world.advance(60_000);
    world.commit({ "a/x.yaml": configMapYaml("x") });
    await world.advance(60_000);
    expect([world.names("PersistentVolumeClaim"), world.condition("a", "Synced")]).toEqual([["data"], expect.stringContaining("False PruneHeld")]);
  });

  test("goes with the Application", async () => {
    const world = await hookWorld(site("1"));
    await after(world, "migrate");
    world.delete("a");
    await world.advance(60_000);
    expect([world.application("a"), world.jobs(), world.names("ConfigMap")]).toEqual([undefined, [], []]);
  });

  test("with the start of a name gets one for each run, and the earlier one goes", async () => {
    const world = await hookWorld(generated("1"));
    const [first = ""] = world.jobs();
    expect(first).toMatch(/^migrate-[0-9a-f]{8}$/);
    world.kill();
    world.start();
    await world.advance(10_000);
    expect(world.jobs()).toEqual([first]);
    await after(world, first);
    expect(world.value("x")).toBe("1");
    world.commit(generated("2"));
    await world.advance(10_000);
    const second = world.jobs().find((name) => name !== first) ?? "";
    expect(await after(world, second)).toEqual([second]);
    expect(world.value("x")).toBe("2");
  });
});

const adopting = (adopt: string) => ({ "a/x.yaml": configMapYaml("x"), "a/s.yaml": configMapYaml("settings", "theirs", `, annotations: {${hookOf("PreSync", adopt)}}`) });

describe("a hook whose place is taken", () => {
  test("does not begin beside an earlier run of it under another name, and ends one that does not get started", async () => {
    const world = await hookWorld(generated("1"));
    const [first = ""] = world.jobs();
    world.run(first);
    world.commit(generated("2"));
    await world.advance(60_000);
    expect([world.jobs(), world.condition("a", "Synced")]).toEqual([[first], expect.stringContaining(`still at work; it is not interrupted. To end it: kubectl delete jobs.batch ${first} -n apps`)]);
    world.end(first);
    await world.advance(10_000);
    expect(world.created()).toHaveLength(2);
    world.commit(generated("3"));
    await world.advance(10_000);
    expect([world.created().length, world.jobs().includes(world.created()[1] ?? "")]).toEqual([3, false]);
    await after(world, world.created()[2] ?? "");
    expect([world.value("x"), world.jobs()]).toEqual(["3", [world.created()[2]]]);
  });

  test("does not interrupt what is at work there, and takes the place of what does not get started", async () => {
    const world = await hookWorld(site("1"));
    world.run("migrate");
    world.commit(site("2"));
    await world.advance(60_000);
    expect(world.condition("a", "Synced")).toContain("still at work; it is not interrupted. To end it: kubectl delete jobs.batch migrate -n apps");
    expect(world.created()).toEqual(["migrate"]);
    await after(world, "migrate");
    expect([world.created(), world.told()]).toEqual([["migrate", "migrate"], ["PreSync migrate Running"]]);
    world.commit(site("3"));
    await world.advance(10_000);
    expect(world.created()).toEqual(["migrate", "migrate", "migrate"]);
    await after(world, "migrate");
    expect(world.value("x")).toBe("3");
  });

  test("by another Application is blocked, and says by whom", async () => {
    const world = await hookWorld(site("1"));
    await after(world, "migrate");
    world.app("b");
    world.commit({ ...site("1"), "b/j.yaml": jobYaml("migrate", hookOf("PreSync")), "b/y.yaml": configMapYaml("why") });
    await world.advance(10_000);
    expect(world.condition("b", "Synced")).toContain("False HookBlocked: hook Job apps/migrate (PreSync) cannot be started: b/j.yaml:1: Job apps/migrate: belongs to Application apps/a");
    expect([world.created(), world.names("ConfigMap")]).toEqual([["migrate"], ["x"]]);
    world.delete("a");
    await world.advance(120_000);
    expect([world.created(), world.jobs()]).toEqual([["migrate", "migrate"], ["migrate"]]);
  });

  test("by what nobody owns and no hook has made is blocked: it would be deleted", async () => {
    const world = new HookWorld();
    world.app("a");
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "apps" }, data: { v: "mine" } });
    await world.settled(adopting(""));
    expect([world.value("settings"), world.condition("a", "Synced")]).toEqual(["mine", expect.stringContaining("exists, belongs to nobody and was not made by a hook: it would be deleted")]);
    world.commit(adopting("driftless.dev/adopt: Always"));
    await world.advance(60_000);
    expect([world.value("settings"), world.condition("a", "Ready")?.slice(0, 4)]).toEqual(["theirs", "True"]);
  });

  test("by what Helm has left there is put in its place", async () => {
    const world = new HookWorld();
    world.app("a");
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "apps", annotations: { "helm.sh/hook": "pre-install" } }, data: { v: "old" } });
    await world.settled({ "a/x.yaml": configMapYaml("x"), "a/s.yaml": configMapYaml("settings", "new", `, annotations: {${helm("pre-install,pre-upgrade")}}`) });
    expect([world.value("settings"), world.condition("a", "Ready")?.slice(0, 4)]).toEqual(["new", "True"]);
  });

  test("and deleted while it runs has failed: nobody knows how it would have ended", async () => {
    const world = await hookWorld(site("1"));
    world.run("migrate");
    world.cluster.server.delete({ apiVersion: "batch/v1", kind: "Job", namespace: "apps", name: "migrate" }, { propagationPolicy: "Background" });
    await world.advance(60_000);
    expect([world.created(), world.condition("a", "Synced")]).toEqual([["migrate"], expect.stringContaining("it was deleted while it ran")]);
  });
});

const helm = (events: string, more = ""): string => `helm.sh/hook: "${events}"${more}`;

const chart = (value: string) => ({
  "a/x.yaml": configMapYaml("x", value), "a/1.yaml": jobYaml("first", helm("pre-install")), "a/2.yaml": jobYaml("later", helm("pre-upgrade")), "a/3.yaml": jobYaml("always", helm("post-install,post-upgrade")),
  "a/4.yaml": jobYaml("tests", helm("test")), "a/5.yaml": jobYaml("gone", helm("pre-delete")),
});
const failing = (image: string) => ({ "a/x.yaml": configMapYaml("x"), "a/1.yaml": jobYaml("first", helm("pre-install"), { image }) });
const secret = (value: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: password, annotations: {${helm("pre-install")}}}\nstringData: {a: "${value}"}\n`;

const twoOfOneName = (value: string) => ({ "a/x.yaml": configMapYaml("x", value), "a/1.yaml": jobYaml("migrate", helm("pre-install"), { image: "first:1" }), "a/2.yaml": jobYaml("migrate", helm("pre-upgrade"), { image: "later:1" }) });

describe("hooks of Helm", () => {

  test("for an installation run in the first sync only, those for an upgrade in the later ones only", async () => {
    const world = await hookWorld(chart("1"));
    await after(world, "first");
    await after(world, "always");
    expect([world.created(), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["first", "always"], "True"]);
    expect(world.condition("a", "Synced")).toContain("hooks of a deletion are not run");
    world.requests.length = 0;
    world.commit(chart("2"));
    await world.advance(10_000);
    await after(world, "later");
    await after(world, "always");
    expect([world.created(), world.condition("a", "Ready")?.slice(0, 4), world.jobs()]).toEqual([["later", "always"], "True", ["always", "first", "later"]]);
  });

  test("for an installation go when their time to live is over, long after it", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x"), "a/1.yaml": jobYaml("first", helm("pre-install"), { spec: "ttlSecondsAfterFinished: 600" }) });
    await after(world, "first");
    world.kill();
    world.start();
    await world.advance(300_000);
    expect([world.jobs(), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([["first"], "True"]);
    await world.advance(400_000);
    expect([world.jobs(), world.created()]).toEqual([[], ["first"]]);
  });

  test("with a delete policy leave the definition of a kind where it is", async () => {
    const crd = { ...widgetCrd("example.com"), metadata: { name: "widgets.example.com", annotations: { "helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded" } } };
    const content = (value: string) => ({ "a/x.yaml": configMapYaml("x", value), "a/crd.yaml": JSON.stringify(crd) });
    const world = await hookWorld(content("1"));
    world.commit(content("2"));
    await world.advance(60_000);
    expect([world.value("x"), world.requests.filter((request) => /^(create|delete) CustomResourceDefinition/.test(request))]).toEqual(["2", ["create CustomResourceDefinition widgets.example.com"]]);
  });

  test("of one name for an installation and for an upgrade are two", async () => {
    const world = await hookWorld(twoOfOneName("1"));
    expect(JSON.stringify(world.job("migrate"))).toContain("first:1");
    await after(world, "migrate");
    world.commit(twoOfOneName("2"));
    await world.advance(10_000);
    expect(JSON.stringify(world.job("migrate"))).toContain("later:1");
  });

  test("that are only tests are as good as nothing: what is there stays", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x") });
    world.commit({ "a/t.yaml": jobYaml("tests", helm("test")) });
    await world.advance(60_000);
    expect([world.names("ConfigMap"), world.condition("a", "Ready")?.slice(0, 17)]).toEqual([["x"], "False EmptyRender"]);
  });

  test("a first sync that failed is still a first one", async () => {
    const world = await hookWorld(failing("job:1"));
    await after(world, "first", "Failed");
    world.commit(failing("job:2"));
    await world.advance(10_000);
    await after(world, "first");
    expect([world.created(), world.names("ConfigMap")]).toEqual([["first", "first"], ["x"]]);
  });

  test("what is taken over was installed before", async () => {
    const world = new HookWorld();
    world.app("a");
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "apps" }, data: { v: "0" } });
    await world.settled({ "a/x.yaml": configMapYaml("x"), "a/1.yaml": jobYaml("first", helm("pre-install")) });
    expect([world.created(), world.value("x")]).toEqual([[], "1"]);
  });

  test("what was left behind by an Application of this name was, too", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x") }, { sync: { deletionPolicy: "Orphan" } });
    world.delete("a");
    await world.advance(10_000);
    world.app("a");
    world.commit({ "a/x.yaml": configMapYaml("x", "2"), "a/1.yaml": jobYaml("first", helm("pre-install")), "a/2.yaml": jobYaml("later", helm("pre-upgrade")) });
    await world.advance(10_000);
    expect(world.created()).toEqual(["later"]);
  });

  test("what somebody else has, and may not be taken, was, too", async () => {
    const world = new HookWorld();
    world.app("a");
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "apps", annotations: { "meta.helm.sh/release-name": "r", "meta.helm.sh/release-namespace": "apps" } }, data: { v: "0" } });
    await world.settled({ "a/x.yaml": configMapYaml("x"), "a/1.yaml": jobYaml("first", helm("pre-install")), "a/2.yaml": configMapYaml("more") });
    expect([world.created(), world.condition("a", "Synced")?.slice(0, 17)]).toEqual([[], "False ApplyFailed"]);
  });

  test("a Secret of an installation stays as it is", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x"), "a/s.yaml": secret("one") });
    const uid = world.cluster.get({ apiVersion: "v1", kind: "Secret", namespace: "apps", name: "password" })?.metadata.uid;
    world.commit({ "a/x.yaml": configMapYaml("x", "2"), "a/s.yaml": secret("two") });
    await world.advance(60_000);
    expect([world.value("x"), world.cluster.get({ apiVersion: "v1", kind: "Secret", namespace: "apps", name: "password" })?.metadata.uid]).toEqual(["2", uid]);
  });
});

describe("a word that means nothing", () => {
  test("of ours fails the build with its place, and nothing runs", async () => {
    const world = await hookWorld(site("1", { "a/bad.yaml": jobYaml("bad", hookOf("Sometimes")) }));
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([[], []]);
    expect(world.condition("a", "Ready")).toContain("False BuildFailed: a/bad.yaml:1: Job bad: driftless.dev/hook: \"sometimes\" is not one of its values");
  });

  test("of Helm is told, and that object is neither run nor applied", async () => {
    const world = await hookWorld({ "a/x.yaml": configMapYaml("x"), "a/bad.yaml": jobYaml("bad", "helm.sh/hook: pre-instal") });
    expect([world.jobs(), world.names("ConfigMap")]).toEqual([[], ["x"]]);
    expect(world.condition("a", "Synced")).toContain("a/bad.yaml:1: Job bad: helm.sh/hook: \"pre-instal\" is ignored");
  });
});

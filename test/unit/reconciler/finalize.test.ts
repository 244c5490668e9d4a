import { describe, expect, test } from "vitest";
import { identityFrom } from "../../../reconciler/identity.ts";
import type { ApplicationSpec } from "../../../src/api/application.ts";
import { LookWorld } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

const config = (name: string, more = ""): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}${more}}}`;
const elsewhere = config("far", ", namespace: other");
const STATEFUL = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: i}]}}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}";

/** A world in which the Application has applied these documents and is being deleted now. */
async function applied(documents: readonly string[], sync: ApplicationSpec["sync"] = {}, spec: Partial<ApplicationSpec> = {}): Promise<LookWorld> {
  const world = new LookWorld();
  world.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
  world.source = documents.join("\n---\n");
  await world.look();
  world.app = shopWith({ sync, ...spec }, { metadata: { name: "shop", namespace: "shop", deletionTimestamp: "2026-01-01T00:00:00Z" } });
  world.writes.length = 0;
  return world;
}

/** A member that stays on its way out until `free` is called. */
function hold(world: LookWorld, name: string, namespace = "shop"): () => void {
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name };
  const set = (finalizers: string[]): void => void world.cluster.server.patch(ref, { metadata: { finalizers } }, "merge", { manager: "somebody" });
  set(["example.com/hold"]);
  return () => set([]);
}

describe("deleting an Application", () => {
  test.each<[string, ApplicationSpec["sync"], Partial<ApplicationSpec>, RegExp]>([
    ["whose policy is Orphan", { deletionPolicy: "Orphan" }, {}, /deletionPolicy is Orphan/],
    ["that does not prune", { prune: false }, {}, /spec.sync.prune is false/],
    ["that is suspended", { deletionPolicy: "Delete" }, { suspend: true }, /deleted while suspended/],
  ])("%s leaves everything as it is, and names it", async (_name, sync, spec, message) => {
    const world = await applied([config("a")], sync, spec);
    expect(await world.finalize()).toEqual({ kind: "Finalized", state: "Done", message: expect.stringMatching(message), left: ["ConfigMap shop/a"] });
    expect(world.writes).toEqual([]);
  });

  test("leaves everything where Driftless itself goes, whatever the policy", async () => {
    const world = await applied([config("a")], { deletionPolicy: "Delete" });
    expect(await world.finalize({ driftlessLeaves: true })).toMatchObject({ state: "Done", message: expect.stringContaining("Driftless itself is being removed"), left: ["ConfigMap shop/a"] });
    expect(world.writes).toEqual([]);
  });

  test("takes its members with it, and is done when they are gone", async () => {
    const world = await applied([config("a"), elsewhere]);
    const free = hold(world, "a");
    expect([await world.finalize(), world.writes]).toMatchObject([{ state: "Deleting", message: expect.stringContaining("ConfigMap shop/a is being deleted") }, ["delete ConfigMap far", "delete ConfigMap a"]]);
    expect(await world.finalize()).toMatchObject({ state: "Deleting", message: "ConfigMap shop/a is being deleted, held by example.com/hold" });
    free();
    expect(await world.finalize()).toEqual({ kind: "Finalized", state: "Done", message: "all its members are gone", left: [] });
  });

  test("with policy Delete deletes also where prune is switched off", async () => {
    const world = await applied([config("a")], { deletionPolicy: "Delete", prune: false });
    expect([(await world.finalize()).state, world.writes]).toEqual(["Deleting", ["delete ConfigMap a"]]);
  });

  test("leaves what its annotations keep, and says so at the end", async () => {
    const world = await applied([config("a", ", annotations: {driftless.dev/prune: disabled}")], { deletionPolicy: "Delete" });
    expect(await world.finalize()).toMatchObject({ state: "Done", message: "all its members that may be deleted are gone", left: ["ConfigMap shop/a (its annotations ask to keep it)"] });
  });

  test("hands over what another Application has claimed", async () => {
    const world = await applied([config("a")]);
    world.cluster.server.patch({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" }, { metadata: { annotations: { "driftless.dev/claimed-by": "inst-1/team/b" } } }, "merge", { manager: "driftless-claim" });
    world.wants = "Unknown";
    expect([(await world.finalize()).state, world.writes]).toEqual(["Deleting", []]);
    world.wants = "Yes";
    expect([(await world.finalize()).state, world.writes, world.handedOver]).toEqual(["Deleting", ["patch ConfigMap a"], ["team/b"]]);
    expect([(await world.finalize()).state, world.data("a") === undefined && world.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" })?.metadata.labels]).toEqual(["Done", { "applyset.kubernetes.io/part-of": identityFrom("inst-1", "team/b").setId }]);
  });

  test("does not wait for ever for an Application that may want something", async () => {
    const world = await applied([config("a")]);
    world.cluster.server.patch({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" }, { metadata: { annotations: { "driftless.dev/claimed-by": "inst-1/team/b" } } }, "merge", { manager: "kubectl-annotate" });
    world.wants = "Unknown";
    expect(await world.finalize()).toMatchObject({ state: "Deleting", message: "ConfigMap shop/a is claimed by Application team/b, which has not looked at the newest content yet" });
    await world.clock.advance(299_000);
    expect([(await world.finalize()).state, world.writes]).toEqual(["Deleting", []]);
    await world.clock.advance(1_000);
    expect([(await world.finalize()).state, world.writes, (await world.finalize()).state]).toEqual(["Deleting", ["delete ConfigMap a"], "Done"]);
  });

  test("waits for watches that have not delivered", async () => {
    const world = await applied([config("a")]);
    world.reach = { synced: false, unwatched: [] };
    await expect(world.finalize()).rejects.toThrow("it waits");
  });

  test("deletes all that the account's rights are needed for, and leaves these rights", async () => {
    const rbac = "apiVersion: rbac.authorization.k8s.io/v1";
    const role = `{${rbac}, kind: Role, metadata: {name: deploy}, rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]}`;
    const binding = `{${rbac}, kind: RoleBinding, metadata: {name: deploy}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deploy}, subjects: [{kind: ServiceAccount, name: deployer, namespace: shop}]}`;
    const world = await applied([role, binding, "{apiVersion: v1, kind: Namespace, metadata: {name: team}}", config("far", ", namespace: team")], { deletionPolicy: "Delete" });
    while ((await world.finalize()).state === "Deleting");
    expect(world.writes).toEqual(["delete ConfigMap far", "delete Namespace team"]);
    expect((await world.finalize()).left).toEqual(["Role shop/deploy (it holds the rights of the account that this Application writes as)", "RoleBinding shop/deploy (it gives rights to the account that this Application writes as)"]);
  });

  test("is blocked by kinds whose members nobody may see", async () => {
    const world = await applied([config("a")]);
    world.reach = { synced: true, unwatched: ["Secret (the operator lacks the verb list)"] };
    expect([await world.finalize(), world.writes]).toMatchObject([{ state: "Blocked", message: expect.stringContaining("Secret (the operator lacks the verb list)") }, []]);
  });
});

describe("what holds data or what others live in", () => {
  test("is not deleted before somebody says so, also where other members wait for it", async () => {
    const world = await applied([STATEFUL, config("settings")]);
    const outcome = await world.finalize();
    expect([outcome.state, world.writes]).toEqual(["Blocked", []]);
    expect(outcome.message).toBe(
      "StatefulSet shop/db: namespaces, definitions, volumes and Applications are not deleted unless somebody says so. " +
        `To delete them: kubectl patch applications.driftless.dev shop -n shop --type=merge -p '{"spec":{"sync":{"deletionPolicy":"Delete"}}}'. ` +
        `To leave them: kubectl patch applications.driftless.dev shop -n shop --type=merge -p '{"spec":{"sync":{"deletionPolicy":"Orphan"}}}'`,
    );
  });

  test("keeps nothing else back", async () => {
    const world = await applied([config("a"), "{apiVersion: v1, kind: Namespace, metadata: {name: mine}}"]);
    expect([(await world.finalize()).state, world.writes, (await world.finalize()).state]).toEqual(["Deleting", ["delete ConfigMap a"], "Blocked"]);
  });

  test("goes where the policy is Delete, step by step", async () => {
    const world = await applied([STATEFUL, config("settings")], { deletionPolicy: "Delete" });
    const states = [await world.finalize(), await world.finalize(), await world.finalize()].map(({ state }) => state);
    expect([states, world.writes]).toEqual([["Deleting", "Deleting", "Done"], ["delete StatefulSet db", "delete ConfigMap settings"]]);
  });
});

describe("deletes that fail", () => {
  test("are tried again, and after five minutes somebody is asked, with the way out", async () => {
    const world = await applied([config("a")]);
    world.refuse = ({ verb }) => (verb === "delete" ? 403 : undefined);
    expect(await world.finalize()).toMatchObject({ state: "Deleting", message: expect.stringContaining("ConfigMap shop/a: not deleted") });
    await world.clock.advance(299_000);
    expect((await world.finalize()).state).toBe("Deleting");
    await world.clock.advance(1_000);
    expect(await world.finalize()).toMatchObject({ state: "Blocked", message: expect.stringContaining(`-p '{"spec":{"sync":{"deletionPolicy":"Orphan"}}}'`) });
    world.refuse = () => undefined;
    expect([(await world.finalize()).state, (await world.finalize()).state]).toEqual(["Deleting", "Done"]);
  });

  test("begin to count anew after one that went well", async () => {
    const world = await applied([config("a")]);
    const free = hold(world, "a");
    world.refuse = ({ verb }) => (verb === "delete" ? 500 : undefined);
    await world.finalize();
    world.refuse = () => undefined;
    await world.clock.advance(200_000);
    expect((await world.finalize()).state).toBe("Deleting");
    free();
    await world.clock.advance(200_000);
    expect((await world.finalize()).state).toBe("Done");
  });
});

describe("where the Application's namespace goes", () => {
  const leaves = { namespaceLeaves: true };

  test("what is in it is left to it, and what is elsewhere is deleted", async () => {
    const world = await applied([config("a"), elsewhere]);
    expect([(await world.finalize(leaves)).state, world.writes, (await world.finalize(leaves)).state]).toEqual(["Deleting", ["delete ConfigMap far"], "Done"]);
  });

  test("what the account may not delete any more is told and left", async () => {
    const world = await applied([config("a"), elsewhere]);
    world.refuse = ({ verb }) => (verb === "delete" ? 403 : undefined);
    expect(await world.finalize(leaves)).toMatchObject({ state: "Done", message: expect.stringContaining("its namespace is being deleted"), left: [expect.stringContaining("ConfigMap other/far: not deleted")] });
  });

  test("what may work the next time is tried again, for five minutes", async () => {
    const world = await applied([elsewhere]);
    world.refuse = ({ verb }) => (verb === "delete" ? 500 : undefined);
    expect((await world.finalize(leaves)).state).toBe("Deleting");
    await world.clock.advance(300_000);
    expect(await world.finalize(leaves)).toMatchObject({ state: "Done", left: [expect.stringContaining("ConfigMap other/far: not deleted")] });
  });

  test("nobody is waited for: neither for a decision, nor for kinds that nobody may see", async () => {
    const world = await applied(["{apiVersion: v1, kind: Namespace, metadata: {name: mine}}"]);
    world.reach = { synced: true, unwatched: ["Secret (the operator lacks the verb list)"] };
    expect(await world.finalize(leaves)).toMatchObject({ state: "Done", left: ["Namespace mine", "members of kind Secret (the operator lacks the verb list)"] });
    expect(world.writes).toEqual([]);
  });

  test("what is stuck elsewhere is told and left after five minutes", async () => {
    const world = await applied([elsewhere]);
    hold(world, "far", "other");
    const states: string[] = [];
    for (const ms of [0, 1_000, 299_000, 1_000]) {
      await world.clock.advance(ms);
      states.push((await world.finalize(leaves)).state);
    }
    expect(states).toEqual(["Deleting", "Deleting", "Deleting", "Done"]);
    expect((await world.finalize(leaves)).left).toEqual(["ConfigMap other/far is being deleted, held by example.com/hold"]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handover, takeBack } from "../../../drift/handover.ts";
import { compileIgnore, withoutIgnored } from "../../../drift/ignore.ts";
import { explain } from "../../../reconciler/explain.ts";
import type { Explanation } from "../../../reconciler/explain.ts";
import { FIELD_MANAGER, HANDOVER_MANAGER } from "../../../src/api/group.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import type { Json } from "../../../src/object/json.ts";
import { valueAt } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { idOf } from "../../../src/object/object-id.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, uniqueName } from "../../support/control-plane.ts";
import { Member } from "../../support/member.ts";

let cluster: HttpClusterClient;
let namespace: string;

beforeAll(async () => {
  cluster = await openCluster();
  namespace = await createNamespace("handover");
});
afterAll(() => cluster.close());

/** What Git has, and what of it is ignored. */
interface Wanted {
  readonly git: KubeObject;
  readonly ignore: readonly string[];
}

/** Applies as the operator does when it has looked at the live object; again where somebody wrote in between. */
async function sync({ git, ignore }: Wanted): Promise<KubeObject> {
  const { object: desired, patterns: ignored } = withoutIgnored(git, compileIgnore([{ paths: ignore }]).rules.forObject(idOf(git)));
  const live = await cluster.get(new Member(cluster, git).ref);
  if (live === undefined) return created(git, desired, ignored);
  const body = handover(live, desired, ignored);
  if (body !== undefined) await cluster.apply(body, { fieldManager: HANDOVER_MANAGER });
  const { takeover, body: sent } = explain(desired, body === undefined ? live : await read(git), new Date(), { ignored });
  if (takeover.length > 0) await cluster.patch(new Member(cluster, git).ref, takeover, { type: "json", fieldManager: FIELD_MANAGER });
  return given(await applied(sent), desired, ignored);
}

async function created(full: KubeObject, desired: KubeObject, ignored: Parameters<typeof handover>[2]): Promise<KubeObject> {
  const first = await applied(full);
  const body = handover(first, desired, ignored);
  if (body === undefined) return first;
  await cluster.apply(body, { fieldManager: HANDOVER_MANAGER });
  return applied(desired);
}

/** A commit alone: applied without a look at the live object, and cleaned up after by its answer. */
async function commit(git: KubeObject): Promise<KubeObject> {
  return given(await applied(git), git, []);
}

async function given(answer: KubeObject, desired: KubeObject, ignored: Parameters<typeof handover>[2]): Promise<KubeObject> {
  const back = takeBack(answer, desired, ignored);
  return back === undefined ? answer : (await cluster.apply(back, { fieldManager: HANDOVER_MANAGER })).object;
}

const applied = async (object: KubeObject): Promise<KubeObject> => (await cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true })).object;

async function read(object: KubeObject): Promise<KubeObject> {
  return new Member(cluster, object).read();
}

async function look({ git, ignore }: Wanted): Promise<Explanation> {
  const { object: desired, patterns: ignored } = withoutIgnored(git, compileIgnore([{ paths: ignore }]).rules.forObject(idOf(git)));
  return explain(desired, await read(git), new Date(), { ignored });
}

const managers = (object: KubeObject): (string | undefined)[] => (object.metadata.managedFields ?? []).map(({ manager }) => manager);
const hand = (object: KubeObject, ...args: string[]): Promise<string> => new Member(cluster, object).hand(...args);
const at = (object: KubeObject, ...path: (string | number)[]): Json | undefined => valueAt(asJson(object), path);
const replicas = (object: KubeObject): Json | undefined => at(object, "spec", "replicas");
const image = (object: KubeObject, index = 0): Json | undefined => at(object, "spec", "template", "spec", "containers", index, "image");
const QUIET = { corrections: [], updates: [], kept: [], equal: true };
const IMAGE = "/spec/template/spec/containers[name=web]/image";

/** A Deployment that runs no Pods, so that nobody else writes to it. */
function deployment(name: string, spec: object, containers: readonly object[] = [{ name: "web", image: "nginx:1.27" }]): KubeObject {
  const template = { metadata: { labels: { app: name } }, spec: { containers, nodeSelector: { none: "such" } } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec: { paused: true, selector: { matchLabels: { app: name } }, template, ...spec } };
}

const toleration = (seconds: number, key = "a"): object => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: seconds });

function withTolerations(name: string, ...tolerations: object[]): KubeObject {
  const object = deployment(name, {});
  return { ...object, spec: { ...(object["spec"] as object), template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }], tolerations } } } };
}

describe("replicas", () => {
  test("dropped from Git stay what they were", async () => {
    const name = uniqueName("web");
    await sync({ git: deployment(name, { replicas: 3 }), ignore: [] });
    const git = deployment(name, {});
    expect(replicas(await sync({ git, ignore: [] }))).toBe(3);
    expect(await look({ git, ignore: [] })).toMatchObject(QUIET);
    expect(replicas(await sync({ git, ignore: [] }))).toBe(3);
  });

  test("dropped without that would be reset by the server", async () => {
    const name = uniqueName("web");
    await applied(deployment(name, { replicas: 3 }));
    expect(replicas(await applied(deployment(name, {})))).toBe(1);
  });

  test("that an autoscaler set stay, and are no drift", async () => {
    const name = uniqueName("web");
    await sync({ git: deployment(name, { replicas: 3 }), ignore: [] });
    const git = deployment(name, {});
    await sync({ git, ignore: [] });
    await hand(git, "scale", `deployment/${name}`, "--replicas=7");
    expect(await look({ git, ignore: [] })).toMatchObject(QUIET);
    expect(replicas(await sync({ git: deployment(name, { minReadySeconds: 1 }), ignore: [] }))).toBe(7);
  });

  test("that are in Git again count again, and nothing keeps them when they leave as part of something else", async () => {
    const name = uniqueName("web");
    await sync({ git: deployment(name, { replicas: 3 }), ignore: [] });
    await sync({ git: deployment(name, {}), ignore: [] });
    const same = await commit(deployment(name, { replicas: 3 }));
    expect(managers(same)).not.toContain(HANDOVER_MANAGER);
    expect(replicas(await commit(deployment(name, { replicas: 2 })))).toBe(2);
    expect(await look({ git: deployment(name, { replicas: 2 }), ignore: [] })).toMatchObject(QUIET);
  });
});

describe("an ignored field", () => {
  test("has Git's value at first, and is left to others from then on", async () => {
    const git = deployment(uniqueName("web"), { replicas: 3 });
    const wanted = { git, ignore: ["/spec/replicas", IMAGE] };
    const live = await sync(wanted);
    expect([replicas(live), image(live)]).toEqual([3, "nginx:1.27"]);
    expect(await look(wanted)).toMatchObject(QUIET);
    await hand(git, "set", "image", `deployment/${git.metadata.name}`, "web=nginx:1.99");
    expect(await look(wanted)).toMatchObject(QUIET);
    expect(image(await sync(wanted))).toBe("nginx:1.99");
  });

  test("keeps its live value when the rule is added later, and has Git's again when the rule goes", async () => {
    const git = deployment(uniqueName("web"), { minReadySeconds: 5 });
    await sync({ git, ignore: [] });
    const wanted = { git, ignore: ["/spec/minReadySeconds"] };
    expect(at(await sync(wanted), "spec", "minReadySeconds")).toBe(5);
    await hand(git, "patch", "deployment", git.metadata.name, "-p", '{"spec":{"minReadySeconds":9}}');
    expect(at(await sync(wanted), "spec", "minReadySeconds")).toBe(9);
    const back = await commit(git);
    expect(at(back, "spec", "minReadySeconds")).toBe(5);
    expect(await look({ git, ignore: [] })).toMatchObject(QUIET);
    const { minReadySeconds: _gone, ...spec } = git["spec"] as { minReadySeconds: number };
    expect(at(await commit({ ...git, spec }), "spec", "minReadySeconds"), "once it is ours again, it goes with Git").toBeUndefined();
  });

  test("in a list item goes with the item, in one write", async () => {
    const name = uniqueName("web");
    const two = deployment(name, {}, [{ name: "web", image: "nginx:1.27" }, { name: "side", image: "busybox:1" }]);
    await sync({ git: two, ignore: [] });
    await sync({ git: two, ignore: [IMAGE] });
    const before = await read(two);
    const one = { git: deployment(name, {}, [{ name: "side", image: "busybox:1" }]), ignore: [IMAGE] };
    const after = await sync(one);
    expect(at(after, "spec", "template", "spec", "containers")).toMatchObject([{ name: "side" }]);
    expect(Number(after.metadata.generation) - Number(before.metadata.generation)).toBe(1);
    expect(managers(after)).not.toContain(HANDOVER_MANAGER);
    expect(await look(one)).toMatchObject(QUIET);
  });

  test("stays when the rule goes and Git does not have it", async () => {
    const git = deployment(uniqueName("web"), { minReadySeconds: 5 });
    await sync({ git, ignore: [] });
    const { minReadySeconds: _gone, ...spec } = git["spec"] as { minReadySeconds: number };
    const without = { ...git, spec };
    await sync({ git: without, ignore: ["/spec/minReadySeconds"] });
    expect(at(await commit(without), "spec", "minReadySeconds")).toBe(5);
    expect(await look({ git: without, ignore: [] })).toMatchObject(QUIET);
  });

  test("in a list that the server stores as a whole keeps its live value, while the rest follows Git", async () => {
    const name = uniqueName("web");
    const ignore = ["/spec/template/spec/tolerations/0/tolerationSeconds"];
    const git = withTolerations(name, toleration(10));
    await sync({ git, ignore });
    await hand(git, "patch", "deployment", name, "--type=json", "-p", '[{"op":"replace","path":"/spec/template/spec/tolerations/0/tolerationSeconds","value":99}]');
    expect(await look({ git, ignore })).toMatchObject(QUIET);
    const after = await sync({ git: withTolerations(name, toleration(10, "b")), ignore });
    expect(at(after, "spec", "template", "spec", "tolerations")).toEqual([toleration(99, "b")]);
  });
});

test("a hand-over of a value that somebody changed since is refused", async () => {
  const name = uniqueName("web");
  const live = await applied(deployment(name, { replicas: 3 }));
  const body = handover(live, deployment(name, {}), []);
  await hand(live, "scale", `deployment/${name}`, "--replicas=7");
  await expect(cluster.apply(body as KubeObject, { fieldManager: HANDOVER_MANAGER })).rejects.toMatchObject({ status: 409 });
});

test("an empty hand-over takes the entry away and leaves all values", async () => {
  const git = deployment(uniqueName("web"), { replicas: 3 });
  await applied(git);
  const { apiVersion, kind, metadata } = git;
  await cluster.apply({ apiVersion, kind, metadata, spec: { replicas: 3 } }, { fieldManager: HANDOVER_MANAGER });
  const live = await read(git);
  const back = takeBack(live, git);
  const { object } = await cluster.apply(back as KubeObject, { fieldManager: HANDOVER_MANAGER });
  expect([managers(object).includes(HANDOVER_MANAGER), replicas(object)]).toEqual([false, 3]);
});

test("a field of another Apply manager stays when Git drops it, and its keeper is named", async () => {
  const before: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: uniqueName("x"), namespace }, data: { a: "1", b: "2" } };
  await applied(before);
  await cluster.apply({ ...before, data: { b: "2" } }, { fieldManager: "kustomize-controller" });
  const git = { ...before, data: { a: "1" } };
  expect(await look({ git, ignore: [] })).toMatchObject({ corrections: [], kept: [], notes: [expect.stringContaining("/data/b stays, because kustomize-controller applies it too")] });
  expect(await sync({ git, ignore: [] })).toMatchObject({ data: { a: "1", b: "2" } });
  expect(await look({ git, ignore: [] })).toMatchObject({ ...QUIET, notes: [] });
});

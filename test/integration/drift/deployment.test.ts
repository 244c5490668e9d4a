import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driftOf } from "../../support/drift-of.ts";
import { findingsOf } from "../../../drift/finding.ts";
import { takeOver } from "../../../drift/takeover.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import { valueAt } from "../../../src/object/json.ts";
import type { Json } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, uniqueName } from "../../support/control-plane.ts";
import { Member } from "../../support/member.ts";
import type { Look } from "../../support/member.ts";

let cluster: HttpClusterClient;
let namespace: string;

beforeAll(async () => {
  cluster = await openCluster();
  namespace = await createNamespace("drift");
});
afterAll(() => cluster.close());

/** A Deployment with the quirks that the server rewrites. */
function deployment(name: string): KubeObject {
  const container = {
    name: "web",
    image: "nginx:1.27",
    ports: [{ containerPort: 80 }],
    env: [{ name: "A", value: "1" }, { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    resources: { limits: { cpu: "1000m", memory: "1024Mi" }, requests: { cpu: 0.5 } },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
  const pod = { containers: [container], volumes: [{ name: "tmp", emptyDir: {} }], tolerations: [{ key: "a", operator: "Exists" }], nodeSelector: { zone: "b" } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: { app: name, keep: "me" }, annotations: { team: "shop" } },
    spec: { replicas: 3, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod } },
  };
}

async function applied(): Promise<Member> {
  const member = new Member(cluster, deployment(uniqueName("web")));
  await member.apply();
  return member;
}

function at(live: KubeObject, ...path: (string | number)[]): Json | undefined {
  return valueAt(asJson(live), path);
}

const told = (look: Look): unknown[] => look.differences.map(({ class: kind, pointer, desired, live, revert }) => ({ kind, pointer, desired, live, revert }));
const POD = "/spec/template/spec";

test("an applied object is as desired, and stays so whatever controllers write", async () => {
  const member = await applied();
  const look = await member.look();
  expect(look.decision).toEqual({ kind: "Unchanged" });
  expect(look.differences).toEqual([]);
  expect(look).toMatchObject({ undecided: [], unowned: [] });
});

describe("a hand edit is found, named and taken back:", () => {
  test("kubectl set image", async () => {
    const member = await applied();
    const deploymentName = member.desired.metadata.name;
    await member.hand("set", "image", `deployment/${deploymentName}`, "web=nginx:1.28");
    const look = await member.look();
    expect(look.decision).toEqual({ kind: "Touched", reason: "OwnFields" });
    expect(told(look)).toEqual([{ kind: "Modified", pointer: `${POD}/containers[name=web]/image`, desired: "nginx:1.27", live: "nginx:1.28", revert: true }]);
    expect(findingsOf(look.live, look.differences, new Date())[0]).toMatchObject({ manager: "kubectl-set", operation: "Update", desired: '"nginx:1.27"', live: '"nginx:1.28"' });
    const after = await member.revert();
    expect(after.differences).toEqual([]);
    expect(at(after.live, "spec", "template", "spec", "containers", 0, "image")).toBe("nginx:1.27");
  });

  test("kubectl scale", async () => {
    const member = await applied();
    await member.hand("scale", `deployment/${member.desired.metadata.name}`, "--replicas=7");
    const look = await member.look();
    expect(told(look)).toEqual([{ kind: "Modified", pointer: "/spec/replicas", desired: 3, live: 7, revert: true }]);
    expect(findingsOf(look.live, look.differences, new Date())[0]).toMatchObject({ manager: "kubectl", operation: "Update/scale" });
    expect((await member.revert()).differences).toEqual([]);
  });

  test("a label taken away", async () => {
    const member = await applied();
    await member.hand("label", `deployment/${member.desired.metadata.name}`, "keep-");
    const look = await member.look();
    expect(look.decision).toEqual({ kind: "Touched", reason: "OwnFields" });
    expect(told(look)).toEqual([{ kind: "Missing", pointer: "/metadata/labels/keep", desired: "me", live: undefined, revert: true }]);
    expect((await member.revert()).differences).toEqual([]);
  });

  test("an atomic list made longer", async () => {
    const member = await applied();
    const patch = [{ op: "add", path: "/spec/template/spec/tolerations/-", value: { key: "b", operator: "Exists" } }];
    await member.hand("patch", "deployment", member.desired.metadata.name, "--type=json", "-p", JSON.stringify(patch));
    const look = await member.look();
    expect(look.differences).toMatchObject([{ class: "Modified", pointer: `${POD}/tolerations` }]);
    expect((await member.revert()).differences).toEqual([]);
  });

  test("an atomic map with one more member", async () => {
    const member = await applied();
    await member.hand("patch", "deployment", member.desired.metadata.name, "-p", JSON.stringify({ spec: { template: { spec: { nodeSelector: { disk: "ssd" } } } } }));
    const look = await member.look();
    // Without a schema an addition may be a default: the server's own answer settles it.
    expect(look).toMatchObject({ undecided: [`${POD}/nodeSelector`], differences: [] });
    const { live, answer } = await member.dryRun();
    const answered = driftOf(member.desired, live, answer);
    expect(answered.differences).toMatchObject([{ class: "Modified", pointer: `${POD}/nodeSelector`, desired: { zone: "b" }, live: { disk: "ssd", zone: "b" } }]);
    const after = await member.revert();
    expect(at(after.live, "spec", "template", "spec", "nodeSelector")).toEqual({ zone: "b" });
  });
});

test("a value edited away and back is no drift, but has to be made ours again", async () => {
  const member = await applied();
  const name = `deployment/${member.desired.metadata.name}`;
  await member.hand("set", "image", name, "web=nginx:1.28");
  await member.hand("set", "image", name, "web=nginx:1.27");
  const look = await member.look();
  expect(look.decision).toEqual({ kind: "Touched", reason: "OwnFields" });
  expect(look.differences).toEqual([]);
  expect(look.unowned).toEqual([`${POD}/containers[name=web]/image`]);
  await member.apply();
  expect((await member.look()).unowned).toEqual([]);
});

describe("what a person adds is found and taken away:", () => {
  test("a sidecar", async () => {
    const member = await applied();
    await member.hand("patch", "deployment", member.desired.metadata.name, "-p", JSON.stringify({ spec: { template: { spec: { containers: [{ name: "side", image: "busybox" }] } } } }));
    const look = await member.look();
    expect(look.decision).toEqual({ kind: "Touched", reason: "OtherFields" });
    expect(look.differences).toMatchObject([{ class: "Extra", pointer: `${POD}/containers[name=side]`, live: { image: "busybox" }, revert: true }]);
    expect(findingsOf(look.live, look.differences, new Date())[0]).toMatchObject({ class: "Extra", manager: "kubectl-patch", operation: "Update" });
    await member.apply();
    expect((await member.look()).differences, "an apply alone leaves it").toHaveLength(1);
    const after = await member.revert();
    expect(after.differences).toEqual([]);
    expect(at(after.live, "spec", "template", "spec", "containers")).toHaveLength(1);
    expect(after.decision).toEqual({ kind: "Unchanged" });
  });

  test("an environment variable, host network and an annotation", async () => {
    const member = await applied();
    const name = `deployment/${member.desired.metadata.name}`;
    await member.hand("set", "env", name, "DEBUG=1");
    await member.hand("patch", name, "-p", JSON.stringify({ spec: { template: { spec: { hostNetwork: true } } } }));
    await member.hand("annotate", name, "note=by-hand");
    const look = await member.look();
    expect(look.differences.map(({ pointer }) => pointer)).toEqual([
      "/metadata/annotations/note",
      `${POD}/containers[name=web]/env[name=DEBUG]`,
      `${POD}/hostNetwork`,
    ].sort());
    const after = await member.revert();
    expect(after.differences).toEqual([]);
    expect(at(after.live, "spec", "template", "spec", "containers", 0, "env")).toHaveLength(2);
    expect(at(after.live, "spec", "template", "spec", "hostNetwork")).toBeUndefined();
    expect(after.live.metadata.annotations).not.toHaveProperty("note");
  });
});

test("a rollout restart is no drift and survives the revert of other things", async () => {
  const member = await applied();
  const name = `deployment/${member.desired.metadata.name}`;
  await member.hand("rollout", "restart", name);
  expect((await member.look()).differences).toEqual([]);
  await member.hand("set", "env", name, "DEBUG=1");
  const after = await member.revert();
  expect(at(after.live, "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")).toBeTypeOf("string");
  expect(at(after.live, "spec", "template", "spec", "containers", 0, "env")).toHaveLength(2);
});

test("what a controller adds is left alone, unless it decides what a Pod may do", async () => {
  const member = await applied();
  const apply = async (manager: string, spec: object): Promise<void> => {
    const { apiVersion, kind, metadata } = member.desired;
    const object = { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? "" }, spec: { template: { spec } } };
    await cluster.apply(object, { fieldManager: manager, force: true });
  };
  await apply("mesh-controller", { terminationGracePeriodSeconds: 90, hostPID: true });
  const look = await member.look();
  expect(told(look)).toEqual([{ kind: "Extra", pointer: `${POD}/hostPID`, desired: undefined, live: true, revert: false }]);
});

test("a takeover that comes too late changes nothing", async () => {
  const member = await applied();
  const name = `deployment/${member.desired.metadata.name}`;
  await member.hand("set", "env", name, "DEBUG=1");
  const before = await member.look();
  await member.hand("set", "env", name, "LATER=1");
  const takeover = takeOver(before.live, before.differences.map(({ path }) => path));
  expect(await member.rewrite(takeover)).toBe(false);
  expect((await member.look()).differences).toHaveLength(2);
});

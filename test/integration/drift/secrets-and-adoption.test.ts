import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findingsOf } from "../../../drift/finding.ts";
import { ownEntry } from "../../../drift/managed-fields.ts";
import { MASK } from "../../../drift/mask.ts";
import { adopt } from "../../../drift/takeover.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, kubectl, uniqueName } from "../../support/control-plane.ts";
import { Member } from "../../support/member.ts";

let cluster: HttpClusterClient;
let namespace: string;

beforeAll(async () => {
  cluster = await openCluster();
  namespace = await createNamespace("adopt");
});
afterAll(() => cluster.close());

function objectOf(apiVersion: string, kind: string, content: object): KubeObject {
  return { apiVersion, kind, metadata: { name: uniqueName("x"), namespace }, ...content };
}

/** Takes an object over from the tools before us and applies it. */
async function adopted(desired: KubeObject): Promise<Member> {
  const member = new Member(cluster, desired);
  while (!(await member.rewrite(adopt(await member.read(), member.desired))));
  await member.apply();
  return member;
}

const managersOf = (object: KubeObject): unknown[] => (object.metadata.managedFields ?? []).filter((entry) => entry.subresource === undefined).map((entry) => entry.manager);

describe("a Secret", () => {
  test("changed by hand is noticed although it is written as stringData, and no value is told", async () => {
    const member = new Member(cluster, objectOf("v1", "Secret", { stringData: { password: "correct-horse" } }));
    await member.apply();
    await member.hand("patch", "secret", member.desired.metadata.name, "-p", JSON.stringify({ stringData: { password: "battery-staple", extra: "hidden" } }));
    const look = await member.look();
    expect(look.decision).toEqual({ kind: "Touched", reason: "OwnFields" });
    const findings = findingsOf(look.live, look.differences, new Date());
    expect(findings).toMatchObject([
      { class: "Extra", path: "/data/extra", live: MASK, manager: "kubectl-patch" },
      { class: "Modified", path: "/data/password", desired: MASK, live: MASK, manager: "kubectl-patch" },
    ]);
    const after = await member.revert();
    expect(after.differences).toEqual([]);
    expect(after.live["data"]).toEqual({ password: Buffer.from("correct-horse").toString("base64") });
  });

  test("applied as stringData would hide a change of its data from our entry", async () => {
    const secret = objectOf("v1", "Secret", { stringData: { password: "correct-horse" } });
    const { object } = await cluster.apply(secret, { fieldManager: "driftless", force: true });
    await kubectl(["-n", namespace, "patch", "secret", secret.metadata.name, "-p", JSON.stringify({ stringData: { password: "battery-staple" } })]);
    const live = await new Member(cluster, secret).read();
    expect(ownEntry(live.metadata.managedFields)).toEqual(ownEntry(object.metadata.managedFields));
  });
});

describe("an annotation added by hand", () => {
  test("to an object that desires none leaves nothing behind when it is taken away", async () => {
    const member = new Member(cluster, objectOf("v1", "ConfigMap", { data: { a: "1" } }));
    await member.apply();
    await member.hand("annotate", "configmap", member.desired.metadata.name, "note=by-hand");
    const after = await member.revert();
    expect(after.live.metadata.annotations).toBeUndefined();
    expect(managersOf(after.live)).toEqual(["driftless"]);
    expect(after.decision).toEqual({ kind: "Unchanged" });
  });

  test("beside one of a controller goes alone", async () => {
    const member = new Member(cluster, objectOf("v1", "ConfigMap", { data: { a: "1" } }));
    await member.apply();
    const { apiVersion, kind, metadata } = member.desired;
    await cluster.patch(member.ref, { apiVersion, kind, metadata: { name: metadata.name, annotations: { "example.com/seen": "yes" } } }, { type: "merge", fieldManager: "some-controller" });
    await member.hand("annotate", "configmap", metadata.name, "note=by-hand");
    const after = await member.revert();
    expect(after.live.metadata.annotations).toEqual({ "example.com/seen": "yes" });
  });
});

describe("an object that kubectl applied before", () => {
  const before = { data: { keep: "1", drop: "2" } };

  test("loses what Git drops only after its fields were adopted", async () => {
    const object = objectOf("v1", "ConfigMap", before);
    await kubectl(["apply", "-f", "-"], { input: JSON.stringify(object) });
    const dropped = { ...object, data: { keep: "1" } };
    const plain = new Member(cluster, dropped);
    await plain.apply();
    expect((await plain.read())["data"], "forced apply alone").toEqual(before.data);
    const member = await adopted(dropped);
    const live = await member.read();
    expect(live["data"]).toEqual({ keep: "1" });
    expect(live.metadata.annotations).toBeUndefined();
    expect(managersOf(live)).toEqual(["driftless"]);
  });

  test("keeps its cluster address, its node port and its replicas", async () => {
    const service = objectOf("v1", "Service", { spec: { type: "NodePort", selector: { app: "x" }, ports: [{ port: 80 }] } });
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(service) });
    const first = await new Member(cluster, service).read();
    expect((await (await adopted(service)).read())["spec"]).toEqual(first["spec"]);

    const labels = { app: "y" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "a", image: "a:1" }] } };
    const workload = objectOf("apps/v1", "Deployment", { spec: { selector: { matchLabels: labels }, template } });
    await kubectl(["apply", "-f", "-"], { input: JSON.stringify({ ...workload, spec: { ...(workload["spec"] as object), replicas: 4 } }) });
    const member = await adopted(workload);
    const live = await member.read();
    expect(live["spec"]).toMatchObject({ replicas: 4, strategy: { type: "RollingUpdate" } });
    expect((await member.look()).differences).toEqual([]);
  });

  test("is adopted once: a second time there is nothing to take", async () => {
    const object = objectOf("v1", "ConfigMap", before);
    await kubectl(["apply", "-f", "-"], { input: JSON.stringify(object) });
    const member = await adopted(object);
    expect(adopt(await member.read(), member.desired)).toBeUndefined();
  });
});

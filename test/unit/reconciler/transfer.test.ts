import { describe, expect, test } from "vitest";
import { identityFrom } from "../../../reconciler/identity.ts";
import { claim, letGo } from "../../../reconciler/transfer.ts";
import type { TransferContext } from "../../../reconciler/transfer.ts";
import { KubeApiError } from "../../../src/errors.ts";
import type { KubeObject, ManagedFieldsEntry, ObjectMeta } from "../../../src/object/kube-object.ts";
import type { ApplyOptions, ClusterClient, PatchOptions } from "../../../src/ports.ts";
import { shop } from "../../support/desired.ts";
import { account, configMapMember, oneObject } from "../../support/plan-cases.ts";

const context = (cluster: Partial<ClusterClient>) => ({ cluster: cluster as ClusterClient, account, identity: shop, signal: new AbortController().signal, handOver: () => () => undefined }); // of the client only this is used
const member = configMapMember("a");
const refused = (status: number): KubeApiError => new KubeApiError(status, "Refused", `answer ${status}`);
const [LABEL, ORIGIN, CLAIM] = ["applyset.kubernetes.io/part-of", "driftless.dev/origin", "driftless.dev/claimed-by"];
const [label, origin, claimed] = ["/metadata/labels/applyset.kubernetes.io~1part-of", "/metadata/annotations/driftless.dev~1origin", "/metadata/annotations/driftless.dev~1claimed-by"];
const other = identityFrom("inst-1", "team/b");
const ORIGIN_OF_SHOP = "inst-1/shop/shop#/ConfigMap/shop/a";

const liveWith = (metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: "v1", kind: "ConfigMap",
  metadata: { name: "a", namespace: "shop", uid: "uid-a", labels: { [LABEL]: shop.setId }, annotations: { [ORIGIN]: ORIGIN_OF_SHOP, [CLAIM]: "inst-1/team/b" }, ...metadata },
});
const ownLabel: ManagedFieldsEntry = { manager: "driftless", operation: "Apply", fieldsV1: { "f:metadata": { "f:labels": { [`f:${LABEL}`]: {} } } } };

interface Giving {
  readonly live?: KubeObject | undefined;
  readonly patch?: ClusterClient["patch"];
  readonly handOver?: TransferContext["handOver"];
}

const never = async (): Promise<never> => expect.unreachable("nothing is written");
const handOver = async (to: string | undefined, giving: Giving) =>
  letGo([{ id: member.id, member, to }], { ...context({ get: async () => ("live" in giving ? giving.live : liveWith()), patch: giving.patch ?? never }), ...(giving.handOver === undefined ? {} : { handOver: giving.handOver }) });

/** What a hand-over sends. */
async function sentFor(to: string | undefined, live: KubeObject): Promise<{ readonly tests: unknown[]; readonly writes: unknown[]; readonly options: unknown[] }> {
  const sent: { op: string }[] = [];
  const options: unknown[] = [];
  await handOver(to, { live, patch: async (ref, body, { type, as, fieldManager }: PatchOptions) => {
    sent.push(...(body as { op: string }[])); // a JSON patch
    options.push(ref, type, as, fieldManager);
    return live;
  } });
  return { tests: sent.filter(({ op }) => op === "test"), writes: sent.filter(({ op }) => op !== "test"), options };
}

describe("handing a member over", () => {
  const tests = [
    { op: "test", path: "/metadata/uid", value: "uid-a" }, { op: "test", path: label, value: shop.setId }, { op: "test", path: origin, value: ORIGIN_OF_SHOP }, { op: "test", path: claimed, value: "inst-1/team/b" },
  ];

  test("makes it a member of who claimed it in one write, as the Application's account, if nothing of that has changed", async () => {
    const sent = await sentFor("team/b", liveWith());
    expect(sent.tests).toEqual(tests);
    expect(sent.writes).toEqual([{ op: "replace", path: label, value: other.setId }, { op: "add", path: origin, value: "inst-1/team/b#/ConfigMap/shop/a" }, { op: "remove", path: claimed }]);
    expect(sent.options).toEqual([{ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" }, "json", account, "driftless-transfer"]);
  });

  test("to nobody takes our marks off", async () => {
    expect(await sentFor(undefined, liveWith())).toMatchObject({ tests, writes: [{ op: "remove", path: label }, { op: "remove", path: origin }] });
  });

  test("works also where its origin was taken off by hand", async () => {
    const live = liveWith({ annotations: { [CLAIM]: "inst-1/team/b" }, managedFields: [ownLabel] });
    expect((await sentFor("team/b", live)).writes).toMatchObject([{ op: "replace" }, { op: "add", path: origin }, { op: "remove" }]);
    expect((await sentFor(undefined, live)).writes).toEqual([{ op: "remove", path: label }]);
  });

  test("is told to be going on as long as the request is, also when it fails", async () => {
    const told: string[] = [];
    await handOver("team/b", { handOver: (to) => {
      told.push(`begin ${to}`);
      return () => void told.push("end");
    }, patch: async () => {
      told.push("patch");
      throw refused(500);
    } });
    expect(told).toEqual(["begin team/b", "patch", "end"]);
  });

  test.each<[string, Giving]>([
    ["that one does not want any more", { handOver: () => undefined }],
    ["that is not ours any more", { live: liveWith({ labels: {} }) }],
    ["that somebody else has claimed since", { live: liveWith({ annotations: { [ORIGIN]: ORIGIN_OF_SHOP, [CLAIM]: "inst-1/team/c" } }) }],
  ])("what %s is looked at again", async (_what, giving) => {
    expect(await handOver("team/b", giving)).toMatchObject({ changes: [], failures: [{ outcome: "Stale" }] });
  });

  test.each([[409, "Stale"], [422, "Stale"], [403, "Refused"], [500, "Unavailable"]])("answered with %i is this object's failure: %s", async (status, outcome) => {
    const { changes, failures } = await handOver("team/b", { patch: async () => Promise.reject(refused(status)) });
    expect([changes, failures]).toMatchObject([[], [{ verb: "delete", outcome, message: `ConfigMap shop/a: not handed over to Application team/b: answer ${status}` }]]);
  });

  test.each<[string, Giving]>([
    ["gone already", { live: undefined }],
    ["another object by now", { live: liveWith({ uid: "uid-2" }) }],
    ["gone meanwhile", { patch: async () => Promise.reject(refused(404)) }],
  ])("of one that is %s is nothing", async (_what, giving) => {
    expect(await handOver("team/b", giving)).toEqual({ changes: [], failures: [] });
  });
});

describe("a claim", () => {
  const object = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1'}}");
  const claimIt = async (apply: ClusterClient["apply"]) => claim([{ object, uid: "uid-a", owner: "team/b", claimed: false }], context({ apply }));

  test("writes one annotation as a manager of its own, as the account, onto this object only", async () => {
    const sent: unknown[] = [];
    await claimIt(async (body, { fieldManager, as }: ApplyOptions) => {
      sent.push(body, fieldManager, as);
      return { object: body, created: false };
    });
    expect(sent).toEqual([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop", uid: "uid-a", annotations: { "driftless.dev/claimed-by": "inst-1/shop/shop" } } }, "driftless-claim", account]);
  });

  test.each([[409, "Stale"], [403, "Refused"], [500, "Unavailable"]])("answered with %i is this object's failure, with its place: %s", async (status, outcome) => {
    expect(await claimIt(async () => Promise.reject(refused(status)))).toMatchObject([{ verb: "apply", outcome, where: "app.yaml:1", message: expect.stringContaining(`answer ${status}`) }]);
  });
});

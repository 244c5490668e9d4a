import { describe, expect, test } from "vitest";
import { claim, letGo } from "../../../reconciler/transfer.ts";
import { KubeApiError } from "../../../src/errors.ts";
import type { ApplyOptions, ClusterClient, PatchOptions } from "../../../src/ports.ts";
import { shop } from "../../support/desired.ts";
import { account, configMapMember, oneObject } from "../../support/plan-cases.ts";

const context = (cluster: Partial<ClusterClient>) => ({ cluster: cluster as ClusterClient, account, identity: shop, signal: new AbortController().signal }); // of the client only this is used
const member = configMapMember("a");
const refused = (status: number): KubeApiError => new KubeApiError(status, "Refused", `answer ${status}`);

const handOver = async (to: string | undefined, patch: ClusterClient["patch"]) => letGo([{ id: member.id, member, to }], context({ patch }));

describe("letting go of a member", () => {
  test("takes our marks off, as the Application's account, if it still is this object and ours", async () => {
    const sent: unknown[] = [];
    const { changes, failures } = await handOver("team/b", async (ref, body, options: PatchOptions) => {
      sent.push(ref, body, options.type, options.as);
      return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    });
    const [label, origin] = ["/metadata/labels/applyset.kubernetes.io~1part-of", "/metadata/annotations/driftless.dev~1origin"];
    expect(sent).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" },
      [
        { op: "test", path: "/metadata/uid", value: "uid-a" }, { op: "test", path: label, value: shop.setId }, { op: "test", path: origin, value: "inst-1/shop/shop#/ConfigMap/shop/a" },
        { op: "remove", path: label }, { op: "remove", path: origin },
      ],
      "json", account,
    ]);
    expect([changes, failures]).toMatchObject([[{ kind: "transferred", key: member.key }], []]);
  });

  test.each([[409, "Stale"], [422, "Stale"], [403, "Refused"], [500, "Unavailable"]])("answered with %i is this object's failure: %s", async (status, outcome) => {
    const { changes, failures } = await handOver("team/b", async () => Promise.reject(refused(status)));
    expect([changes, failures]).toMatchObject([[], [{ verb: "delete", outcome, message: `ConfigMap shop/a: not handed over to Application team/b: answer ${status}` }]]);
  });

  test("of one that is gone already is nothing", async () => {
    expect(await handOver(undefined, async () => Promise.reject(refused(404)))).toEqual({ changes: [], failures: [] });
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

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concerns, joinAudit } from "../../../drift/audit-join.ts";
import type { KindRecord } from "../../../drift/audit-join.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { parseKey } from "../../../src/object/object-id.ts";
import { requestOf } from "../../support/audit-events.ts";

const at = (time: string): number => Date.parse(`2026-05-04T${time}Z`);
const WEB = "apps/Deployment/shop/web";
const edit: DriftFinding = {
  object: WEB, class: "Modified", path: "/spec/paused", actor: "Person", confidence: "Likely", manager: "kubectl-edit", operation: "Update",
  changedAt: "2026-05-04T11:00:00Z", detectedAt: "2026-05-04T11:00:00Z",
};
const { manager: _tool, operation: _operation, changedAt: _time, ...nobody } = edit;
const deletion: DriftFinding = { object: WEB, class: "Missing", actor: "Unknown", confidence: "Guess", detectedAt: "2026-05-04T11:00:00Z" };
const removal: DriftFinding = { ...nobody, class: "Missing", actor: "Unknown", confidence: "Guess" };
const scale: DriftFinding = { ...nobody, path: "/spec/replicas", manager: "kubectl", operation: "Update/scale" };
const del = (changes: Partial<KindRecord> = {}): KindRecord => requestOf({ verb: "delete", manager: "kubectl", ...changes });
const bob = { user: "bob@example.com" };
const userOf = (finding: DriftFinding, ...records: KindRecord[]): string | undefined => joinAudit(finding, records)?.finding.user;

describe("a finding is joined with its request", () => {
  test("with user, groups, program, class and the exact time", () => {
    expect(joinAudit(edit, [requestOf()])?.finding).toEqual({
      ...edit, user: "alice@example.com", groups: ["shop-team"], userAgent: "kubectl/v1.36.3 (linux/amd64) kubernetes/abc", confidence: "Certain", changedAt: "2026-05-04T11:00:00.100Z",
    });
  });

  test("and is a controller's where the user is", () => {
    expect(joinAudit(edit, [requestOf({ user: "system:serviceaccount:a:b", userAgent: "thing/v1 (linux/amd64)" })])?.finding).toMatchObject({ actor: "Controller", user: "system:serviceaccount:a:b" });
  });

  test("with both names of who acted for somebody", () => {
    expect(userOf(edit, requestOf({ impersonator: "root" }))).toBe("alice@example.com (impersonated by root)");
  });

  test.each<[string, DriftFinding, KindRecord]>([
    ["a write that began in the second before", edit, requestOf({ receivedAt: at("10:59:59.990"), answeredAt: at("11:00:00.010") })],
    ["a scale, which has no time", scale, requestOf({ subresource: "scale", manager: "kubectl" })],
    ["a deletion", deletion, del()],
    ["a deletion by our slow clock", deletion, del({ receivedAt: at("11:00:02.900") })],
    ["a deleted collection", deletion, del({ verb: "deletecollection", name: "" })],
    ["a deleted namespace", deletion, del({ group: "", kind: "Namespace", resource: "namespaces", namespace: "", name: "shop" })],
  ])("for certain: %s", (_, finding, record) => {
    expect(joinAudit(finding, [record])?.finding).toMatchObject({ user: "alice@example.com", confidence: "Certain" });
  });

  test.each<[string, DriftFinding, KindRecord]>([
    ["a field that is gone", removal, requestOf({ manager: "kubectl-label" })],
    ["a deletion that took its time", deletion, del({ receivedAt: at("10:59:00") })],
    ["what earlier writers own together", { ...edit, manager: "before-first-apply" }, requestOf()],
  ])("as likely: %s", (_, finding, record) => {
    expect(joinAudit(finding, [record])?.finding).toMatchObject({ user: "alice@example.com", confidence: "Likely" });
  });

  test("what a namespace took along was deleted by whoever deleted the namespace", () => {
    const namespace = del({ ...bob, group: "", kind: "Namespace", namespace: "", name: "shop" });
    const sweep = del({ user: "system:serviceaccount:kube-system:namespace-controller", verb: "deletecollection", name: "" });
    expect([userOf(deletion, sweep, namespace), userOf(deletion, sweep)]).toEqual([bob.user, sweep.user]);
  });

  test("a guess at another tool gives way to the request", () => {
    const guess: DriftFinding = { ...removal, actor: "Person", manager: "kubectl-edit", operation: "Update", changedAt: "2026-05-04T10:40:00Z" };
    const joined = joinAudit(guess, [requestOf({ manager: "kubectl-label" })])?.finding;
    expect(joined).not.toHaveProperty("manager");
    expect(joined).toMatchObject({ operation: "patch", changedAt: "2026-05-04T11:00:00.100Z" });
  });
});

describe("nobody is named", () => {
  test.each<[string, DriftFinding, KindRecord[]]>([
    ["without a request", edit, []],
    ["for another object", edit, [requestOf({ name: "cart" })]],
    ["for one of that name in another namespace", edit, [requestOf({ namespace: "bank" })]],
    ["for one of that name of another kind", edit, [requestOf({ kind: "StatefulSet" })]],
    ["by another manager", edit, [requestOf({ manager: "kubectl-patch" })]],
    ["through another subresource", edit, [requestOf({ subresource: "scale" })]],
    ["a second earlier", edit, [requestOf({ receivedAt: at("10:59:59.500") })]],
    ["a second later", edit, [requestOf({ receivedAt: at("11:00:01.000") })]],
    ["by a deletion, of an object that lives", edit, [del({ manager: "kubectl-edit" })]],
    ["by an edit, of an object that is gone", deletion, [requestOf()]],
    ["by a deletion after it was noticed", deletion, [del({ receivedAt: at("11:00:03.500") })]],
    ["by a deletion that is long ago", deletion, [del({ receivedAt: at("10:49:00") })]],
    ["by another namespace's end", deletion, [del({ group: "", kind: "Namespace", namespace: "", name: "bank" })]],
    ["by a scale, where no replicas are gone", removal, [requestOf({ subresource: "scale" })]],
    ["where two users wrote in that second", edit, [requestOf(), requestOf(bob)]],
    ["where two users deleted it", deletion, [del(), del(bob)]],
    ["where two users wrote before a field was gone", removal, [requestOf({ manager: "a" }), requestOf({ ...bob, manager: "b" })]],
    ["where another user wrote with the same tool just before", edit, [requestOf(), requestOf({ ...bob, receivedAt: at("10:59:59") })]],
    ["where another user wrote with the same tool before anybody looked", { ...edit, detectedAt: "2026-05-04T11:05:00Z" }, [requestOf(), requestOf({ ...bob, receivedAt: at("10:58:00") })]],
    ["twice", { ...edit, user: "carol" }, [requestOf()]],
    ["for what is no object", { ...edit, object: "web" }, [requestOf()]],
  ])("%s", (_, finding, records) => {
    expect(joinAudit(finding, records)).toBeUndefined();
  });
});

test("a request that explains an earlier finding does not stand in the way of another's", () => {
  const [alices, bobs] = [del(), del({ ...bob, receivedAt: at("11:00:01.500") })];
  const later = { ...deletion, detectedAt: "2026-05-04T11:00:01Z" };
  expect(joinAudit(later, [alices, bobs])).toBeUndefined();
  expect(joinAudit(later, [alices, bobs], (record) => record === alices)?.finding.user).toBe(bob.user);
});

const moment = fc.integer({ min: at("10:59:50"), max: at("11:00:15") });
const records = fc.array(
  fc.record({
    verb: fc.constantFrom("create", "update", "patch", "delete", "deletecollection"),
    kind: fc.constantFrom("Deployment", "Namespace"),
    group: fc.constantFrom("apps", ""),
    namespace: fc.constantFrom("shop", ""),
    name: fc.constantFrom("web", "shop", ""),
    subresource: fc.constantFrom("", "scale"),
    user: fc.constantFrom("alice", "bob", "system:serviceaccount:kube-system:namespace-controller"),
    manager: fc.constantFrom("kubectl", "kubectl-edit"),
    receivedAt: moment,
  }),
  { maxLength: 6 },
);
const findings = fc.constantFrom(edit, deletion, removal, scale, { ...edit, detectedAt: "2026-05-04T11:00:09Z" });

test("whoever is named made a request that fits, and is the only one to fit as well", () => {
  fc.assert(
    fc.property(findings, records, (finding, all) => {
      const requests = all.map((one) => requestOf(one));
      const joined = joinAudit(finding, requests);
      if (joined === undefined) return;
      const { record } = joined;
      const id = parseKey(finding.object);
      expect(requests).toContain(record);
      expect(id !== undefined && concerns(record, id)).toBe(true);
      expect(["delete", "deletecollection"].includes(record.verb)).toBe(finding === deletion);
      expect(record.receivedAt).toBeLessThanOrEqual(Date.parse(finding.detectedAt) + 3000);
      if (joined.finding.confidence === "Certain" && finding.manager !== undefined) expect([record.manager, record.subresource]).toEqual([finding.manager, finding === scale ? "scale" : ""]);
      const rivals = requests.filter((one) => one.user !== record.user && JSON.stringify({ ...one, user: "" }) === JSON.stringify({ ...record, user: "" }));
      expect(rivals.filter(({ user }) => !user.endsWith("namespace-controller"))).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test("the order in which requests are told does not matter", () => {
  fc.assert(
    fc.property(findings, records, (finding, all) => {
      const requests = all.map((one) => requestOf(one));
      expect(userOf(finding, ...requests.toReversed())).toBe(userOf(finding, ...requests));
    }),
  );
});

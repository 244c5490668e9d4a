import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LiveMember } from "../../../reconciler/observed.ts";
import { contentsOf, pruneSteps, wouldTakeAlong } from "../../../reconciler/prune-order.ts";
import { memberOf } from "../../../reconciler/member.ts";
import { apiVersionOf } from "../../../src/object/kube-object.ts";
import { displayId, parseKey } from "../../../src/object/object-id.ts";

/** A member from its key; with finalizers it is being deleted. */
function member(key: string, finalizers: readonly string[] = []): LiveMember {
  const id = parseKey(key);
  if (id === undefined) throw new Error(`no key: ${key}`);
  const metadata = { name: id.name, ...(id.namespace === "" ? {} : { namespace: id.namespace }), uid: key, finalizers, ...(finalizers.length === 0 ? {} : { deletionTimestamp: "2026-01-01T00:00:00Z" }) };
  return memberOf({ apiVersion: apiVersionOf(id.group, "v1"), kind: id.kind, metadata }, new Date(0));
}

const members = (...keys: string[]): LiveMember[] => keys.map((key) => member(key));
const names = (list: readonly LiveMember[]): string[] => list.map(({ id }) => displayId(id));
const CRD = "apiextensions.k8s.io/CustomResourceDefinition//widgets.example.com";
const WIDGET = "example.com/Widget/shop/w";

/** What goes together, step after step, when everything is gone as soon as it is asked to go. */
function steps(...keys: string[]): string[][] {
  const all: string[][] = [];
  for (let left = members(...keys); left.length > 0; ) {
    const { now, waiting } = pruneSteps(left, []);
    expect(now).not.toEqual([]);
    all.push(names(now));
    left = waiting.map((one) => one.member);
  }
  return all;
}

/** The reasons of what waits, by name. */
const reasons = (stale: readonly LiveMember[], leaving: readonly LiveMember[], staying: readonly LiveMember[] = []): Record<string, string> =>
  Object.fromEntries(pruneSteps(stale, leaving, { staying }).waiting.map(({ member: one, reason }) => [displayId(one.id), reason]));

describe("prune", () => {
  test("goes backwards through a whole operator", () => {
    const keys = [
      "/Namespace//shop", CRD, WIDGET, "apps/Deployment/shop/operator", "/ConfigMap/shop/settings", "/ServiceAccount/shop/operator",
      "rbac.authorization.k8s.io/ClusterRole//operator", "admissionregistration.k8s.io/ValidatingWebhookConfiguration//hook", "/Service/shop/hook",
    ];
    expect(steps(...keys)).toEqual([
      ["ValidatingWebhookConfiguration hook", "Widget.example.com shop/w"],
      ["Service shop/hook", "CustomResourceDefinition widgets.example.com", "Deployment shop/operator"],
      ["ConfigMap shop/settings", "ServiceAccount shop/operator", "ClusterRole operator"],
      ["Namespace shop"],
    ]);
  });

  test("takes at once what does not need each other", () => {
    expect(steps("/ConfigMap/shop/a", "/Secret/shop/b", "apps/Deployment/other/web")).toEqual([["ConfigMap shop/a", "Secret shop/b", "Deployment other/web"]]);
  });

  test("waits until what was asked to go is gone, and says what holds it", () => {
    expect(reasons(members("/Namespace//shop"), [member("/PersistentVolumeClaim/shop/data", ["kubernetes.io/pvc-protection"]), ...members("/Secret/shop/a")])).toEqual({
      "Namespace shop": "waits for PersistentVolumeClaim shop/data to be gone, which is being deleted and held by kubernetes.io/pvc-protection, and 1 more",
    });
  });

  test("is not held up by a stuck object that has nothing to do with it", () => {
    const stuck = member("example.com/Widget/other/stuck", ["example.com/never"]);
    const { now } = pruneSteps(members("apps/Deployment/shop/web", "/Namespace//shop2", "/ConfigMap/shop/a", "apiextensions.k8s.io/CustomResourceDefinition//gadgets.other.example"), [stuck]);
    expect(names(now)).toEqual(["Namespace shop2", "CustomResourceDefinition gadgets.other.example", "Deployment shop/web"]);
    expect(reasons(members("/ConfigMap/shop/a"), [stuck])).toEqual({});
  });

  test("keeps what defines and runs a custom resource until that is gone, and what merely lives beside it not", () => {
    const stuck = member(WIDGET, ["example.com/cleanup"]);
    const held = "waits for Widget.example.com shop/w to be gone, which is being deleted and held by example.com/cleanup";
    expect(reasons(members(CRD, "apps/Deployment/shop/operator"), [stuck])).toEqual({ "CustomResourceDefinition widgets.example.com": held, "Deployment shop/operator": held });
    expect(reasons(members("apps/Deployment/shop/web"), [stuck])).toEqual({});
    expect(reasons(members("apps/Deployment/shop/operator"), [stuck], members(CRD))).toEqual({ "Deployment shop/operator": held });
  });

  test("tells two definitions of one group apart", () => {
    const policies = "apiextensions.k8s.io/CustomResourceDefinition//policies.example.com";
    expect(Object.keys(reasons(members(CRD, policies), members("example.com/Policy/shop/p")))).toEqual(["CustomResourceDefinition policies.example.com"]);
    expect(Object.keys(reasons(members(CRD, policies), members("example.com/Mouse/shop/m"))).length).toBe(2);
  });

  test("lets child Applications finish before what they act with", () => {
    expect(steps("driftless.dev/Application/shop/child", "driftless.dev/GitSource/shop/shop", "/ServiceAccount/shop/deployer", "/Namespace//shop")).toEqual([
      ["Application.driftless.dev shop/child"], ["ServiceAccount shop/deployer", "GitSource.driftless.dev shop/shop"], ["Namespace shop"],
    ]);
  });
});

const KEYS = [
  "/Namespace//shop", "/Namespace//other", CRD, WIDGET, "example.com/Widget/other/w", "apps/Deployment/shop/web", "apps/Deployment/other/web", "/Service/shop/web",
  "/ConfigMap/shop/a", "/ServiceAccount/other/sa", "rbac.authorization.k8s.io/ClusterRoleBinding//x", "/PersistentVolume//pv", "/PersistentVolumeClaim/shop/pvc",
  "driftless.dev/Application/shop/child", "driftless.dev/GitSource/shop/shop", "admissionregistration.k8s.io/MutatingWebhookConfiguration//hook", "apiregistration.k8s.io/APIService//v1.example.com",
];

describe("of any members", () => {
  test("something can always go, so that nothing waits for ever", () => {
    fc.assert(fc.property(fc.subarray(KEYS, { minLength: 1 }), (keys) => steps(...keys).flat().length === keys.length));
  });

  test("the steps do not depend on the order in which members are known", () => {
    fc.assert(fc.property(fc.shuffledSubarray(KEYS), fc.shuffledSubarray(KEYS), (stale, leaving) => {
      const other = leaving.filter((key) => !stale.includes(key));
      const forward = pruneSteps(members(...stale), members(...other));
      expect(pruneSteps(members(...stale.toReversed()), members(...other.toReversed()))).toEqual(forward);
      expect(forward.now.length + forward.waiting.length).toBe(stale.length);
    }));
  });
});

test("a Namespace or definition whose desired objects would go down with it is found out", () => {
  const [namespace, definition, config] = members("/Namespace//shop", CRD, "/ConfigMap/shop/a");
  const desired = members("/ConfigMap/other/x", "/ConfigMap/shop/b", "example.com/Widget/other/w");
  const found = [namespace, definition, config].map((stale) => stale && wouldTakeAlong(stale, contentsOf(desired))).map((one) => one && displayId(one.id));
  expect(found).toEqual(["ConfigMap shop/b", "Widget.example.com other/w", undefined]);
});

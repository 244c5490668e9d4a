import { expect, test } from "vitest";
import { grantedRoles, reasonToKeep } from "../../../reconciler/keep.ts";
import type { LiveMember } from "../../../reconciler/observed.ts";
import { account, memberAt, shopWith } from "../../support/plan-cases.ts";

const RBAC = "rbac.authorization.k8s.io";
const binding = (to: string, role: string): LiveMember => memberAt(`${RBAC}/RoleBinding/shop/x`, { grantsTo: [to], grantedRole: memberAt(`${RBAC}/${role}`).key });

const reason = (key: string, extra: Partial<LiveMember> = {}, app = shopWith()): string | undefined =>
  reasonToKeep(memberAt(key, extra), { app, account, operatorNamespace: "driftless-system", sourceSecrets: ["git"] }, new Set([memberAt(`${RBAC}/ClusterRole//deploy`).key]));

test.each([
  ["/Namespace//shop", "it holds this Application"],
  ["/Namespace//driftless-system", "it holds Driftless"],
  ["/Namespace//kube-system", "it belongs to the cluster"],
  ["/Namespace//default", "it belongs to the cluster"],
  ["apiextensions.k8s.io/CustomResourceDefinition//applications.driftless.dev", "it defines a kind of Driftless"],
  ["/ServiceAccount/shop/deployer", "it is the account that this Application writes as"],
  ["/Secret/shop/git", "the source of this Application uses it"],
  ["driftless.dev/GitSource/shop/shop", "it is the source of this Application"],
  ["driftless.dev/Application/shop/shop", "it is this Application"],
  ["rbac.authorization.k8s.io/ClusterRole//deploy", "it holds the rights of the account that this Application writes as"],
])("%s is kept: %s", (key, expected) => {
  expect(reason(key)).toBe(expected);
});

test.each([
  "/Namespace//other", "apiextensions.k8s.io/CustomResourceDefinition//widgets.example.com", "/ServiceAccount/other/deployer", "/ServiceAccount/shop/web", "/Secret/shop/other", "/Secret/other/git",
  "rbac.authorization.k8s.io/ClusterRole//other", "driftless.dev/GitSource/shop/other", "driftless.dev/GitSource/other/shop", "driftless.dev/Application/shop/child", "example.com/Namespace/shop/shop",
])("%s may go", (key) => {
  expect(reason(key)).toBeUndefined();
});

test("what gives the Application's account its rights is kept", () => {
  const key = "rbac.authorization.k8s.io/RoleBinding/shop/x";
  expect([reason(key, { grantsTo: ["shop/deployer"] }), reason(key, { grantsTo: ["other/deployer"] })]).toEqual(["it gives rights to the account that this Application writes as", undefined]);
});

test("an account has the roles of the bindings that give it rights", () => {
  const bindings = [binding("shop/deployer", "Role/shop/a"), binding("shop/deployer", "ClusterRole//b"), binding("other/deployer", "ClusterRole//c")];
  expect([...grantedRoles([...bindings, memberAt("/ConfigMap/shop/x")], account)]).toEqual([`${RBAC}/Role/shop/a`, `${RBAC}/ClusterRole//b`]);
});

test("with prune switched off everything is kept", () => {
  expect(reason("/ConfigMap/shop/old", {}, shopWith({ sync: { prune: false } }))).toBe("spec.sync.prune is false");
});

import { expect, test } from "vitest";
import { compileIgnore } from "../../../drift/ignore.ts";
import { explainRefusal, failureOf } from "../../../reconciler/apply-failure.ts";
import { underRules } from "../../../reconciler/compose.ts";
import { KubeApiError } from "../../../src/errors.ts";
import { oneObject } from "../../support/plan-cases.ts";

const account = { namespace: "shop", name: "deployer" };
const forbidden = (text: string): KubeApiError => new KubeApiError(403, "Forbidden", text);
const user = 'User "system:serviceaccount:shop:deployer" cannot get resource';

test.each([
  ["in a namespace", `roles "x" is forbidden: ${user} "roles" in API group "rbac.authorization.k8s.io" in the namespace "prod"`, "account shop/deployer may not get roles.rbac.authorization.k8s.io in namespace prod; bind a Role that allows it"],
  ["in the core group", `secrets "x" is forbidden: ${user} "secrets" in API group "" in the namespace "prod"`, "account shop/deployer may not get secrets in namespace prod; bind a Role that allows it"],
  ["cluster-wide", `namespaces "x" is forbidden: ${user} "namespaces" in API group "" at the cluster scope`, "account shop/deployer may not get namespaces cluster-wide; bind a Role that allows it"],
  ["acting as the account", 'serviceaccounts "deployer" is forbidden: User "system:serviceaccount:driftless-system:driftless" cannot impersonate resource "serviceaccounts"', "the operator may not act as account shop/deployer; grant it with: driftless install --only tenants --tenant shop:deployer | kubectl apply --server-side -f -"],
  ["of the operator itself", 'pods is forbidden: User "system:serviceaccount:driftless-system:driftless" cannot list resource "pods"', 'pods is forbidden: User "system:serviceaccount:driftless-system:driftless" cannot list resource "pods"'],
])("a missing right %s is told with its holder", (_name, text, expected) => {
  expect(explainRefusal(forbidden(text), account)).toBe(expected);
});

test("fields that the server finds fault with are named one by one", () => {
  const error = new KubeApiError(422, "Invalid", "Service is invalid", { causes: [{ field: "spec.ports[0].port", message: "too large" }, { message: "and more" }] });
  expect(explainRefusal(error, account)).toBe("spec.ports[0].port: too large; and more");
});

test.each([["that are ours", []], ["that only its creation sends", ["/data/password"]]])("a failure of a Secret never repeats its values %s", (_which, paths) => {
  const composed = oneObject("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: canary-value-1, user: u}\n");
  const secret = underRules(composed, compileIgnore([{ paths }]).rules);
  const failure = failureOf(secret, new KubeApiError(422, "Invalid", "bad: canary-value-1 and Y2FuYXJ5LXZhbHVlLTE="), account);
  expect(failure.message).toContain("app.yaml:1: Secret shop/s: bad: ");
  expect(failure.message).not.toMatch(/canary-value-1|Y2FuYXJ5LXZhbHVlLTE=/);
});

import { expect, test } from "vitest";
import { memberOf } from "../../../reconciler/member.ts";
import { liveOf, oneObject } from "../../support/plan-cases.ts";

const binding = (subjects: string) => oneObject(`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: deploy}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deploy}, subjects: [${subjects}]}`);
const account = "{kind: ServiceAccount, name: deployer, namespace: shop}";

test("of a binding is remembered which accounts it gives which role", () => {
  expect(memberOf(liveOf(binding(`${account}, {kind: Group, name: people}`)), new Date(0))).toMatchObject({ grantsTo: ["shop/deployer"], grantedRole: "rbac.authorization.k8s.io/ClusterRole//deploy" });
  expect(memberOf(liveOf(binding("{kind: Group, name: people}")), new Date(0))).not.toHaveProperty("grantedRole");
});

test("what has got a controller may not be deleted", () => {
  const live = liveOf(oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"));
  const controlled = { ...live, metadata: { ...live.metadata, ownerReferences: [{ apiVersion: "v1", kind: "Service", name: "s", uid: "1", controller: true }] } };
  expect([live, controlled].map((object) => memberOf(object, new Date(0)).deletable)).toEqual([true, false]);
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isClusterScoped } from "../../../../charts/kustomize/scope.ts";
import { committedFacts, FACTS_PATH, factsFile } from "../../../../scripts/merge-key-facts.ts";
import { mergeTypeOf } from "../../../../src/object/merge-keys.ts";

/* Facts of the API description of Kubernetes 1.21, which kustomize 5.8 embeds. */
describe("the merge keys of built-in kinds", () => {
  const pod = mergeTypeOf("apps/v1", "Deployment")?.members?.["spec"]?.members?.["template"]?.members?.["spec"];

  test.each([
    ["containers", ["name"]], ["initContainers", ["name"]], ["ephemeralContainers", ["name"]], ["volumes", ["name"]], ["hostAliases", ["ip"]],
    ["imagePullSecrets", ["name"]], ["topologySpreadConstraints", ["topologyKey", "whenUnsatisfiable"]],
  ])("%s of a Pod", (list, keys) => expect(pod?.lists?.[list]?.keys).toEqual(keys));

  test("tolerations are replaced", () => expect(pod?.lists).not.toHaveProperty("tolerations"));

  test("ports of containers by number and protocol", () => expect(pod?.lists?.["containers"]?.item?.lists?.["ports"]?.keys).toEqual(["containerPort", "protocol"]));

  test("finalizers are a set, everywhere", () => expect(mergeTypeOf("rbac.authorization.k8s.io/v1", "Role")?.members?.["metadata"]?.lists?.["finalizers"]?.keys).toEqual([]));

  test("equal types are one", () => expect(mergeTypeOf("batch/v1", "Job")?.members?.["spec"]?.members?.["template"]?.members?.["spec"]).toBe(pod));

  test.each([["autoscaling/v2", "HorizontalPodAutoscaler"], ["example.com/v1", "Thing"], ["apps/v1beta1", "Deployment"], ["", "__proto__"]])("newer, older and unknown kinds have none: %s %s", (apiVersion, kind) => expect(mergeTypeOf(apiVersion, kind)).toBeUndefined());
});

test.each([["v1", "Namespace", true], ["storage.k8s.io/v1", "CSIDriver", true], ["v1", "Pod", false], ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", false]])("%s %s is cluster-scoped: %s", (apiVersion, kind, expected) => expect(isClusterScoped(apiVersion, kind)).toBe(expected));

test("the file of facts is what its facts make", () => expect(readFileSync(FACTS_PATH, "utf8")).toBe(factsFile(committedFacts())));

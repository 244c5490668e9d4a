import { describe, expect, test } from "vitest";
import { compileIgnore, NO_IGNORES } from "../../../drift/ignore.ts";
import { formatPattern } from "../../../drift/field-pattern.ts";
import { withAutoscaled } from "../../../reconciler/autoscaled.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { idOf } from "../../../src/object/object-id.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const objectOf = (apiVersion: string, kind: string, name: string, spec: JsonObject): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: "shop" }, spec });
const cart = (spec: JsonObject = { replicas: 1 }): KubeObject => objectOf("apps/v1", "Deployment", "cart", spec);
const target = { apiVersion: "apps/v1", kind: "Deployment", name: "cart" };
const hpa = objectOf("autoscaling/v2", "HorizontalPodAutoscaler", "cart", { scaleTargetRef: target, minReplicas: 3, maxReplicas: 9 });
const keda = objectOf("keda.sh/v1alpha1", "ScaledObject", "cart", { scaleTargetRef: { name: "cart" } });
const vpa = objectOf("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "cart", { targetRef: target });

function leftOf(objects: readonly KubeObject[], of: KubeObject = cart(), rules = NO_IGNORES): readonly string[] {
  return withAutoscaled(rules, objects.map((object) => ({ id: idOf(object), object }))).forObject(idOf(of)).map(formatPattern);
}

describe("the number of Pods of a Deployment", () => {
  test.each<[string, readonly KubeObject[], readonly string[]]>([
    ["is left to the HorizontalPodAutoscaler that scales it", [cart(), hpa], ["/spec/replicas"]],
    ["is left to the ScaledObject that scales it", [cart(), keda], ["/spec/replicas"]],
    ["is left to a ScaledObject even where it starts at 0", [cart({ replicas: 0 }), keda], ["/spec/replicas"]],
    ["is Git's where it is 0, which switches a HorizontalPodAutoscaler off", [cart({ replicas: 0 }), hpa], []],
    ["is Git's beside a VerticalPodAutoscaler", [cart(), vpa], []],
    ["is Git's where another one is scaled", [cart(), { ...hpa, spec: { scaleTargetRef: { ...target, name: "other" } } }], []],
    ["is Git's where one of that name is scaled in another namespace", [cart(), { ...hpa, metadata: { name: "cart", namespace: "other" } }], []],
    ["is Git's without an autoscaler", [cart()], []],
  ])("%s", (_, objects, left) => expect(leftOf(objects)).toEqual(left));

  test("is left besides what rules leave to others", () => {
    const { rules } = compileIgnore([{ paths: ["/metadata/labels/team"] }]);
    expect(leftOf([cart(), hpa], cart(), rules)).toEqual(["/metadata/labels/team", "/spec/replicas"]);
    expect(leftOf([cart(), hpa], hpa, rules)).toEqual(["/metadata/labels/team"]);
  });

  test("costs nothing where nothing is scaled", () => expect(withAutoscaled(NO_IGNORES, [])).toBe(NO_IGNORES));
});

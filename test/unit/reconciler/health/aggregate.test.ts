import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregateHealth } from "../../../../reconciler/health/aggregate.ts";
import type { ObjectHealth } from "../../../../reconciler/health/aggregate.ts";
import type { HealthStatus } from "../../../../reconciler/health/health.ts";
import { formatKey } from "../../../../src/object/object-id.ts";

function one(name: string, status: HealthStatus, message = "m"): ObjectHealth {
  return { key: formatKey({ group: "apps", kind: "Deployment", namespace: "shop", name }), health: { status, message } };
}

describe("the health of a whole", () => {
  test("counts and names the objects that are not healthy", () => {
    const health = aggregateHealth([one("web", "Current"), one("cart", "InProgress", "1 of 2 replicas available")]);
    expect(health).toEqual({ status: "InProgress", message: "1 of 2 not healthy: Deployment shop/cart: 1 of 2 replicas available", healthy: 1, total: 2 });
  });

  test("names the worst first and counts the rest", () => {
    const many = [one("a", "InProgress"), one("b", "InProgress"), one("c", "NotFound"), one("d", "Failed", "crash"), one("e", "InProgress")];
    const health = aggregateHealth(many);
    expect(health.status).toBe("Failed");
    expect(health.message).toBe("5 of 5 not healthy: Deployment shop/d: crash; Deployment shop/c: m; Deployment shop/a: m; and 2 more");
  });

  test("counts the healthy ones besides", () => {
    expect(aggregateHealth([one("cart", "InProgress", "1 of 2 replicas available")], 8)).toEqual({ status: "InProgress", message: "1 of 9 not healthy: Deployment shop/cart: 1 of 2 replicas available", healthy: 8, total: 9 });
    expect(aggregateHealth([], 8).message).toBe("8 of 8 healthy");
  });

  test("of nothing is healthy", () => expect(aggregateHealth([]).status).toBe("Current"));

  test("does not depend on the order of its parts", () => {
    const status = fc.constantFrom<HealthStatus>("Current", "InProgress", "Failed", "Terminating", "NotFound", "Unknown");
    const parts = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), status), { selector: ([name]) => name });
    fc.assert(
      fc.property(parts, (list) => {
        const objects = list.map(([name, state]) => one(name, state));
        expect(aggregateHealth(objects.toReversed())).toEqual(aggregateHealth(objects));
      }),
    );
  });
});

import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { app, attempt, releaseRig, SUCCEEDED } from "../../../support/release-rig.ts";

describe("names of Releases", () => {
  test("count on where somebody else took one", async () => {
    const { cluster, releases, run, woken } = releaseRig();
    cluster.objects = [{ apiVersion: "driftless.dev/v1alpha1", kind: "Release", metadata: { name: "shop-1", namespace: "shop" }, spec: { application: "other" } }];
    expect(await run(attempt("1", "x"), SUCCEEDED)).toBe("shop-2");
    expect(releases.newest(app())?.metadata.name).toBe("shop-2");
    expect(woken).toEqual(["shop/shop"]);
  });

  test("are found again when the answer to their making was lost", async () => {
    const { cluster, run } = releaseRig();
    cluster.failures.push({ error: new KubeApiError(0, "NoAnswer", "connection reset"), after: true });
    await expect(run(attempt("1", "x"), SUCCEEDED)).rejects.toThrow("connection reset");
    expect(await run(attempt("1", "x"), SUCCEEDED)).toBe("shop-1");
  });

  test("are never used twice, and fit into 63 characters", async () => {
    const { cluster, run } = releaseRig();
    const long = { app: app({}, { name: "a".repeat(80) }) };
    const first = await run(attempt("1", "x", long), SUCCEEDED);
    cluster.objects = [];
    const second = await run(attempt("2", "y", long), SUCCEEDED);
    expect([first, second].map((name) => [name?.length, name?.slice(-2)])).toEqual([[63, "-1"], [63, "-2"]]);
  });
});

import { describe, expect } from "vitest";
import { configMap } from "../../support/manifests.ts";
import { operatorRequests, test } from "../../support/operator.ts";

const many = Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`good/m${index}.yaml`, configMap(`m${index}`)]));
/** Three ways of being refused: a name, a key, and a kind of value. */
const BAD = {
  "bad/name.yaml": configMap("Bad_Name"),
  "bad/key.yaml": configMap("bad-key", { "no/key": "1" }),
  "bad/value.yaml": "# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bad-value\ndata:\n  number: {nested: 1}\n",
};

describe.concurrent("a commit of 50 objects of which three are refused", () => {
  test("lands with the other 47, tells all three at once with file and line, and delays nobody else", async ({ tenant }) => {
    const beside = await tenant({ "a.yaml": configMap("a") });
    const shop = await tenant({ ...many, ...BAD });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toContain("3 of 50 objects of main@");
    for (const place of ["bad/name.yaml:1: ConfigMap", "bad/key.yaml:1: ConfigMap", "bad/value.yaml:2: ConfigMap"]) expect(message).toContain(place);
    await shop.until("47 are there", () => Array.from({ length: 47 }, (_, index) => shop.view.get("ConfigMap", `m${index}`)).every((object) => object !== undefined));
    for (const file of ["name", "key", "value"]) await shop.told("Application", new RegExp(`^ApplyFailed: bad/${file}\\.yaml:\\d`));
    await beside.ready();
    expect(shop.condition("Application", "Reconciling")).toMatchObject({ status: "True", reason: "ProgressingWithRetry" });
    await shop.ready(await shop.commit({ "bad/name.yaml": configMap("good-name"), "bad/key.yaml": null, "bad/value.yaml": null }));
    expect(shop.app?.status?.objects).toBe(48);
  });

  test("comes back to the refused one with growing gaps, while drift of a good one is undone at once", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "bad.yaml": configMap("bad", { "no/key": "1" }) });
    await shop.saying("Application", "Ready", "ApplyFailed");
    const attempts = async (): Promise<number[]> =>
      (await operatorRequests(shop.namespace)).filter(({ verb, objectRef }) => verb === "patch" && objectRef?.name === "bad").map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp));
    // Each revert is proof that the operator has looked at the Application meanwhile.
    for (let number = 1; (await attempts()).length < 4; number += 1) {
      await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", JSON.stringify({ data: { value: `by hand ${number}` } }));
      if (number <= 3) await shop.reverted(({ live }) => live === `"by hand ${number}"`);
      await shop.until("it is told all the time", () => shop.condition("Application", "Ready")?.reason === "ApplyFailed");
    }
    const times = await attempts();
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // 1 s, 2 s, 4 s, each less a fifth at most, and less what a look takes.
    for (const [index, least] of [700, 1400, 2800].entries()) expect(gaps[index]).toBeGreaterThan(least);
    expect(shop.condition("Application", "Synced")?.message).toContain("bad.yaml:1: ConfigMap");
  });
});

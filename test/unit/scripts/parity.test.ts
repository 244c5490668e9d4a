import { describe, expect, test } from "vitest";
import { contentDifference, orderDifference, textDifference } from "../../../scripts/parity/difference.ts";
import { formatTable, reasonsOf, tallyOf } from "../../../scripts/parity/report.ts";
import type { Agreement, Verdict } from "../../../scripts/parity/verdict.ts";
import type { Json } from "../../../src/object/json.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const web = (image: string, namespace?: string): Json => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", ...(namespace === undefined ? {} : { namespace }) },
  spec: { containers: [{ image }] },
});
const config: Json = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" } };

describe("contentDifference", () => {
  test("finds none between the same objects in another order", () => {
    expect(contentDifference([web("a"), config], [config, web("a")])).toBeUndefined();
  });

  test("names the object, the path in it and both values", () => {
    expect(contentDifference([web("a", "shop")], [web("b", "shop")])).toEqual({ path: "Deployment.apps/v1 shop/web: spec.containers.0.image", ours: '"a"', theirs: '"b"' });
  });

  test("tells null from absent, and a number from the text of it", () => {
    expect(contentDifference([{ ...Object(config), data: null }], [config])).toEqual({ path: "ConfigMap.v1 web: data", ours: "null", theirs: "(absent)" });
    expect(contentDifference([{ ...Object(config), data: "1" }], [{ ...Object(config), data: 1 }])).toEqual({ path: "ConfigMap.v1 web: data", ours: '"1"', theirs: "1" });
  });

  test("tells of an object too many and of one too few, also of two with one name", () => {
    expect(contentDifference([config, web("a")], [config])).toEqual({ path: "Deployment.apps/v1 web", ours: "an object", theirs: "(absent)" });
    expect(contentDifference([config], [config, web("a")])).toEqual({ path: "Deployment.apps/v1 web", ours: "(absent)", theirs: "an object" });
    expect(contentDifference([config, config], [config])).toEqual({ path: "ConfigMap.v1 web", ours: "an object", theirs: "fewer of them" });
  });
});

test("orderDifference names the first object that stands elsewhere", () => {
  expect(orderDifference([config, web("a")], [web("a"), config])).toEqual({ path: "object 1", ours: "ConfigMap.v1 web", theirs: "Deployment.apps/v1 web" });
  expect(orderDifference([config, web("a")], [config, web("a")])).toBeUndefined();
});

test("textDifference names the first line that differs, also where one text goes on", () => {
  expect(textDifference("a: 1\nb: 2\n", "a: 1\nb: 3\n")).toEqual({ path: "line 2", ours: '"b: 2"', theirs: '"b: 3"' });
  expect(textDifference("a\nb", "a")).toEqual({ path: "line 2", ours: '"b"', theirs: "(absent)" });
  expect(textDifference("a", "a")).toBeUndefined();
});

const verdict = (name: string, agreement: Agreement): Verdict => ({
  given: { set: "krusty", name, tree: memoryTree({}), options: { path: "" }, expected: { kind: "Error" }, source: { files: {} } },
  agreement,
});
const refused = (name: string, message: string): Verdict => verdict(name, { kind: "Refused", message });
const nowhere = { path: "", ours: "", theirs: "" };

test("tallyOf counts what is equal in bytes as equal in order and content, and a crash as a difference", () => {
  const verdicts = [
    verdict("a", { kind: "Bytes" }),
    verdict("b", { kind: "Order", first: nowhere }),
    verdict("c", { kind: "Content", first: nowhere }),
    verdict("d", { kind: "BothRefuse", message: "" }),
    verdict("e", { kind: "Refused", message: "" }),
    verdict("f", { kind: "Crashed", message: "" }),
    verdict("TestNamespaceNotAddedToValidatingAdmissionPolicies", { kind: "Differs", first: nowhere }),
  ];
  expect(tallyOf(verdicts)).toEqual({ cases: 7, content: 4, order: 3, bytes: 2, refused: 1, differing: 2 });
});

test("reasonsOf puts problems together whose places and names differ, the most frequent first", () => {
  const reasons = reasonsOf([refused("a", 'b/c.yaml:3:1: no "x" here'), refused("b", 'd.yaml:1: no "y" here\ne.yaml: is empty'), refused("c", "e.yaml: is empty"), refused("d", "e.yaml:2: is empty")]);
  expect(reasons).toEqual([["is empty", ["b", "c", "d"]], ['no "…" here', ["a", "b"]]]);
});

test("formatTable aligns the first column left and the others right", () => {
  expect(formatTable([["set", "cases"], ["krusty", "7"]])).toBe("set     cases\nkrusty      7");
});

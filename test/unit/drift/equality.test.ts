import { describe, expect, test } from "vitest";
import { equality } from "../../../drift/equality.ts";
import type { Json } from "../../../src/object/json.ts";

const limits = ["spec", "resources", "limits", "cpu"];
const plain = ["spec", "field"];

describe("a desired value and a live one", () => {
  test.each<[string, Json, Json | undefined, readonly string[], string]>([
    ["the same text", "a", "a", plain, "Equal"],
    ["other text", "a", "b", plain, "Different"],
    ["a quantity written otherwise", "1000m", "1", limits, "Equal"],
    ["a quantity as a number", 1, "1", limits, "Equal"],
    ["what looks like a quantity where none is known to be", "1024Mi", "1Gi", plain, "Undecided"],
    ["what looks like a quantity in a ConfigMap", "1024Mi", "1Gi", ["data", "limits"], "Undecided"],
    ["a number and its text", 80, "80", plain, "Undecided"],
    ["an exact 64-bit integer and its neighbour", 9007199254740993n, 9007199254740992n, plain, "Different"],
    ["lists of the same items", [1, 2], [1, 2], plain, "Equal"],
    ["lists in another order", [1, 2], [2, 1], plain, "Different"],
    ["a longer list", [1], [1, 2], plain, "Different"],
    ["nothing and nothing", null, undefined, plain, "Equal"],
    ["an empty map and nothing", {}, undefined, plain, "Equal"],
    ["an empty list and a default", [], ["x"], plain, "Undecided"],
    ["null and a default", null, 1, plain, "Undecided"],
    ["something and nothing", 1, undefined, plain, "Different"],
    ["a zero value and nothing", [{ a: "" }], [{}], plain, "Undecided"],
    ["a known default below", { fieldPath: "metadata.name" }, { fieldPath: "metadata.name", apiVersion: "v1" }, plain, "Equal"],
    ["a known default with another value", { fieldPath: "metadata.name" }, { fieldPath: "metadata.name", apiVersion: "v2" }, plain, "Undecided"],
    ["an empty text and its known default", { apiGroup: "", kind: "User" }, { apiGroup: "rbac.authorization.k8s.io", kind: "User" }, plain, "Equal"],
    ["an unknown addition below", [{ key: "a" }], [{ key: "a", weight: 1 }], plain, "Undecided"],
    ["certificates with line breaks", "aGVs\nbG8=\n", "aGVsbG8=", ["webhooks", "clientConfig", "caBundle"], "Equal"],
    ["other certificates", "aGVs\nbG8=", "aGVsbG9v", ["webhooks", "clientConfig", "caBundle"], "Different"],
    ["text that only looks like it", "aGVs\nbG8=", "aGVsbG8=", plain, "Different"],
    ["a volume claim of a StatefulSet", [{ spec: { a: "b" } }], [{ apiVersion: "v1", kind: "PersistentVolumeClaim", spec: { a: "b", volumeMode: "Filesystem" }, status: { phase: "Pending" } }], ["spec", "volumeClaimTemplates"], "Equal"],
    ["a status that is no default", {}, { status: { phase: "Bound" } }, plain, "Undecided"],
    ["an addition beside a difference", { a: 1 }, { a: 2, b: 3 }, plain, "Different"],
    ["a map and a list", { a: 1 }, [1], plain, "Different"],
  ])("%s", (_, desired, live, names, answer) => expect(equality(desired, live, names)).toBe(answer));
});

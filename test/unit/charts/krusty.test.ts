import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { render } from "../../../charts/render.ts";
import { messageOf } from "../../../src/errors.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import { parseManifests } from "../../../src/object/yaml.ts";
import { corpusPath } from "../../support/corpus.ts";
import { memoryTree } from "../../support/memory-tree.ts";
import { digestOf } from "../../support/rendered-digest.ts";

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly root: string;
  readonly expected?: string;
  readonly expectedError?: unknown;
}

/** Cases that we answer otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  TestTargetMustHaveKustomizationFile: "a folder without kustomization.yaml is rendered as plain manifests",
  TestTargetMustHaveOnlyOneKustomizationFile: "the case carries no files",
  TestSharedPatchAllowed: "runs without load restriction, which is not our default",
  TestIssue1251_Patches_ProdVsDev: "runs without load restriction, which is not our default",
  "TestIssue1251_Patches_ProdVsDev#2": "runs without load restriction, which is not our default",
  TestKustomizationLabelsInStatefulSetTemplateWithClaimTemplateAndIncludeVolumeClaimTemplatesFalse: "newer than 5.8.1, which refuses the field too",
  TestKustomizationLabelsInStatefulSetTemplateWithClaimTemplateIncludeTemplateFalseAndIncludeVolumeClaimTemplatesTrue: "newer than 5.8.1, which refuses the field too",
  TestKustomizationLabelsInStatefulSetTemplateWithClaimTemplateAndIncludeVolumeClaimTemplatesTrue: "newer than 5.8.1, which refuses the field too",
  TestNamespaceNotAddedToValidatingAdmissionPolicies: "newer than 5.8.1, which gives them a namespace as we do",
  TestTransfomersImageInvalidNameRegexp: "newer than 5.8.1, which crashes",
  TestTransfomersImageDefaultConfig: "has an object without apiVersion, which no API server takes",
};

const path = corpusPath("krusty.json");
const cases = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases;

/** Order is left to the corpus test: the suite's own harness keeps the order of input. */
const digestOfSet = (objects: readonly Parameters<typeof digestOf>[0][number][]): string => objects.map((object) => digestOf([object])).sort().join(" ");

function outcomeOf(given: Case): "equal" | "differs" | "not supported" | "fails" {
  try {
    const files = Object.fromEntries(Object.entries(given.files).map(([file, text]) => [file.replace(/^\/+/, ""), text]));
    const { objects } = render(memoryTree(files), { path: given.root });
    const expected = parseManifests(given.expected ?? "", "expected", "kustomize").map(({ value }) => value);
    return given.expectedError === undefined && digestOfSet(objects.map(({ object }) => asJson(object))) === digestOfSet(expected) ? "equal" : "differs";
  } catch (error) {
    return messageOf(error).includes("is not supported by this version") ? "not supported" : "fails";
  }
}

describe.skipIf(path === undefined)("kustomize's own suite", () => {
  test("is answered alike, but for what is not supported and what is listed", () => {
    const count = { equal: 0, "fails as it should": 0, "not supported": 0 };
    const others: string[] = [];
    for (const given of cases) {
      const outcome = outcomeOf(given);
      if (outcome === "equal" || outcome === "not supported") count[outcome] += 1;
      else if (outcome === "fails" && given.expectedError !== undefined) count["fails as it should"] += 1;
      else others.push(given.name);
    }
    expect(others.sort()).toEqual(Object.keys(OTHERWISE).sort());
    expect(count).toEqual({ equal: 116, "fails as it should": 21, "not supported": 71 });
  });
});

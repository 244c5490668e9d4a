import { expect, test } from "vitest";
import { dueByPolicy } from "../../../../reconciler/hooks/clean-up.ts";
import { hookKeyAt } from "../../../../reconciler/hooks/hook-body.ts";
import type { HookRecord } from "../../../../src/api/release.ts";
import { desiredFrom } from "../../../support/desired.ts";
import { memberAt } from "../../../support/plan-cases.ts";

const at = (seconds: number): Date => new Date(Date.parse("2026-01-01T00:00:00Z") + seconds * 1000);
const job = (name: string, policy: string, spec = ""): string => `{apiVersion: batch/v1, kind: Job, metadata: {name: ${name}, annotations: {driftless.dev/hook: PreSync${policy === "" ? "" : `, driftless.dev/hook-delete-policy: "${policy}"`}}}, spec: {${spec}}}`;
const effective = desiredFrom([job("a", "HookSucceeded"), job("b", "HookFailed"), job("c", "", "ttlSecondsAfterFinished: 60")].join("\n---\n"));
const made = ["a", "b", "c"].map((name) => memberAt(`batch/Job/shop/${name}`, { hookRun: "uid-1/PreSync" }));

/** Which of the Jobs go, and in how many seconds the next one is due. */
function due(states: Readonly<Record<string, HookRecord["state"]>>, seconds = 0, run: string | undefined = "uid-1"): [string[], number | undefined] {
  const records = (effective.hooks?.all ?? []).flatMap((hook): HookRecord[] => {
    const state = states[hook.id.name];
    return state === undefined ? [] : [{ phase: hook.phase, object: hookKeyAt(hook, "uid-1"), state, finishedAt: at(0).toISOString() }];
  });
  const found = dueByPolicy(made, effective, { run, records, occasion: "Upgrade" }, at(seconds));
  return [found.now.map(({ id }) => id.name), found.next === undefined ? undefined : (found.next.getTime() - at(0).getTime()) / 1000];
}

test.each<[string, Parameters<typeof due>, [string[], number | undefined]]>([
  ["nothing goes while one of its phase is on its way", [{ a: "Succeeded", b: "Running" }], [[], undefined]],
  ["what succeeded goes when all have", [{ a: "Succeeded", b: "Succeeded", c: "Succeeded" }], [["a"], 60]],
  ["what failed goes when it has, and what succeeded before it", [{ a: "Succeeded", b: "Failed" }], [["a", "b"], undefined]],
  ["what has a time to live goes after it", [{ a: "Succeeded", b: "Succeeded", c: "Succeeded" }, 60], [["a", "c"], undefined]],
  ["what belongs to another attempt stays", [{ a: "Succeeded", b: "Succeeded", c: "Succeeded" }, 60, "uid-2"], [[], undefined]],
  ["nothing goes where no attempt is known", [{ a: "Succeeded", b: "Succeeded", c: "Succeeded" }, 60, ""], [[], undefined]],
])("%s", (_what, facts, expected) => expect(due(...facts)).toEqual(expected));

test("a definition and a Namespace stay whatever the policy says, for with them goes what is not the hook's; a claim goes", () => {
  const precious = [["apiextensions.k8s.io/v1", "CustomResourceDefinition", "apiextensions.k8s.io/CustomResourceDefinition//d"], ["v1", "Namespace", "/Namespace//n"], ["v1", "PersistentVolumeClaim", "/PersistentVolumeClaim/shop/p"]] as const;
  const content = desiredFrom(precious.map(([apiVersion, kind, key]) => `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${key.split("/").at(-1)}, annotations: {helm.sh/hook: pre-install, helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}}}`).join("\n---\n"));
  const records = (content.hooks?.all ?? []).map((hook): HookRecord => ({ phase: hook.phase, object: hook.key, state: "Succeeded", finishedAt: at(0).toISOString() }));
  const members = precious.map(([, , key]) => memberAt(key, { hookRun: "uid-1/PreSync" }));
  expect(dueByPolicy(members, content, { run: "uid-1", records, occasion: "Install" }, at(0)).now.map(({ id }) => id.kind)).toEqual(["PersistentVolumeClaim"]);
});

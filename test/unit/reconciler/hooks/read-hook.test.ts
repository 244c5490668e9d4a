import { describe, expect, test } from "vitest";
import { readHook } from "../../../../reconciler/hooks/read-hook.ts";
import type { ReadHook } from "../../../../reconciler/hooks/read-hook.ts";

const OURS = "driftless.dev/hook";
const ARGO = "argocd.argoproj.io/hook";
const HELM = "helm.sh/hook";

/** `PreSync Install, PostSync Both`, or what it is instead. */
function roleText({ role }: ReadHook): string {
  return role.kind === "Hook" ? role.events.map(({ phase, on }) => `${phase} ${on}`).join(", ") : role.kind;
}

const read = (annotations: Readonly<Record<string, string>>): string => roleText(readHook({ annotations }));

describe("an object", () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["without annotations is ordinary", {}, "Ordinary"],
    ["of ours runs where it says", { [OURS]: "PreSync" }, "PreSync Both"],
    ["is read in any case, with spaces", { [OURS]: " presync , POSTSYNC " }, "PreSync Both, PostSync Both"],
    ["runs once at a point that is named twice", { [OURS]: "Sync,Sync" }, "Sync Both"],
    ["for failures", { [ARGO]: "SyncFail" }, "SyncFail Both"],
    ["that is skipped is neither", { [ARGO]: "Skip" }, "Skipped"],
    ["that is skipped among others is skipped", { [OURS]: "Skip,PreSync" }, "Skipped"],
    ["of Helm for both occasions runs at both", { [HELM]: "pre-install,pre-upgrade" }, "PreSync Both"],
    ["of Helm for an installation only", { [HELM]: "pre-install" }, "PreSync Install"],
    ["of Helm for an upgrade only", { [HELM]: "post-upgrade" }, "PostSync Upgrade"],
    ["of Helm at two points on two occasions", { [HELM]: "post-install,pre-upgrade" }, "PostSync Install, PreSync Upgrade"],
    ["of Helm's tests does not run", { [HELM]: "test" }, "Skipped"],
    ["of Helm's old tests neither", { [HELM]: "test-success" }, "Skipped"],
    ["of Helm for rollbacks has nothing to run at", { [HELM]: "pre-rollback,post-rollback" }, "Skipped"],
    ["of Helm for rollbacks, too, runs at the rest", { [HELM]: "post-install,post-upgrade,post-rollback" }, "PostSync Both"],
    ["that Helm 2 took for a definition is ordinary", { [HELM]: "crd-install" }, "Ordinary"],
    ["of ours and Argo CD's is ours", { [OURS]: "Sync", [ARGO]: "PreSync" }, "Sync Both"],
    ["of Argo CD's and Helm's is Argo CD's", { [ARGO]: "PostSync", [HELM]: "pre-install" }, "PostSync Both"],
    ["with the words of another tool is skipped", { [OURS]: "pre-install" }, "Skipped"],
    ["with nothing in it is skipped", { [HELM]: "" }, "Skipped"],
    ["named like a member of every object is skipped", { [HELM]: "constructor" }, "Skipped"],
  ])("%s", (_what, annotations, expected) => expect(read(annotations)).toBe(expected));
});

test.each<[string, Readonly<Record<string, string>>, RegExp[], RegExp[]]>([
  ["one of ours is a problem", { [OURS]: "PreSync,Sometimes" }, [/^driftless\.dev\/hook: "sometimes" is not one of its values: presync, sync/], []],
  ["one of Helm's is a warning", { [HELM]: "pre-instal" }, [], [/^helm\.sh\/hook: "pre-instal" is ignored; its values are: pre-install/]],
  ["one of a delete policy, too", { [ARGO]: "PreSync", "argocd.argoproj.io/hook-delete-policy": "Never" }, [], [/hook-delete-policy: "never" is ignored/]],
  ["one of our delete policy is a problem", { [HELM]: "pre-install", "driftless.dev/hook-delete-policy": "Never" }, [/hook-delete-policy: "never" is not one/], []],
  ["a weight that is no number is a warning", { [HELM]: "pre-install", "helm.sh/hook-weight": "heavy" }, [], [/hook-weight: "heavy" is ignored/]],
  ["hooks of a deletion are told not to run", { [HELM]: "pre-delete" }, [], [/hooks of a deletion are not run/]],
  ["one that is there many times is told once", { [HELM]: "soon,".repeat(1000) }, [], [/"soon" is ignored/]],
  ["a long one is cut", { [HELM]: "x".repeat(5000) }, [], [/"x{60}…" is ignored/]],
])("a value that means nothing: %s", (_what, annotations, problems, warnings) => {
  const found = readHook({ annotations });
  expect([found.problems, found.warnings]).toEqual([problems.map((pattern) => expect.stringMatching(pattern)), warnings.map((pattern) => expect.stringMatching(pattern))]);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["before the next one where nobody says", {}, "beforeCreation"],
  ["as ours says", { "driftless.dev/hook-delete-policy": "HookSucceeded,HookFailed", "helm.sh/hook-delete-policy": "before-hook-creation" }, "succeeded failed"],
  ["as Helm's says", { "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded" }, "beforeCreation succeeded"],
  ["as Argo CD's says on a hook of Helm's", { "argocd.argoproj.io/hook-delete-policy": "HookFailed" }, "failed"],
  ["before the next one where what is said means nothing", { "helm.sh/hook-delete-policy": "soon" }, "beforeCreation"],
])("what it has made goes %s", (_what, annotations, expected) => {
  const { role } = readHook({ annotations: { [HELM]: "pre-install", ...annotations } });
  expect(role.kind === "Hook" ? Object.entries(role.policy).flatMap(([name, on]) => (on ? [name] : [])).join(" ") : role.kind).toBe(expected);
});

const weightOf = (annotations: Readonly<Record<string, string>>) => {
  const { role } = readHook({ annotations });
  return role.kind === "Hook" ? role.weight : undefined;
};

test("a weight is Helm's only", () => {
  expect([weightOf({ [HELM]: "pre-install", "helm.sh/hook-weight": "-5" }), weightOf({ [ARGO]: "PreSync", "helm.sh/hook-weight": "-5" }), Object.is(weightOf({ [HELM]: "pre-install", "helm.sh/hook-weight": "-0" }), 0)]).toEqual([-5, undefined, true]);
});

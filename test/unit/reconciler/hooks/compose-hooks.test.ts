import { describe, expect, test } from "vitest";
import { compose } from "../../../../reconciler/compose.ts";
import type { Effective } from "../../../../reconciler/effective.ts";
import { hookBody, hookKeyAt } from "../../../../reconciler/hooks/hook-body.ts";
import { hooksOn, hookText } from "../../../../reconciler/hooks/hook.ts";
import type { Hook } from "../../../../reconciler/hooks/hook.ts";
import { checkObjects } from "../../../../charts/check-objects.ts";
import { desiredFrom, kindOf, renderedFrom, shop } from "../../../support/desired.ts";

const hook = (kind: string, name: string, annotations: string, apiVersion = "v1"): string => `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, annotations: {${annotations}}}}`;
const ours = (kind: string, name: string, phase = "PreSync", more = "", apiVersion?: string): string => hook(kind, name, `driftless.dev/hook: "${phase}"${more}`, apiVersion);
const composed = (...documents: readonly string[]): Effective => desiredFrom(documents.join("\n---\n"));
const texts = ({ hooks }: Effective): string[] => hooks?.all.map(hookText) ?? [];
const only = ({ hooks }: Effective): Hook => {
  const [first] = hooks?.all ?? [];
  if (first === undefined) throw new Error("no hook");
  return first;
};

test("hooks are no objects to keep, nor desired", () => {
  const effective = composed(ours("Job", "a", "PreSync", "", "batch/v1"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}");
  expect([effective.objects.map(({ id }) => id.name), [...effective.desired], texts(effective)]).toEqual([["x"], ["/ConfigMap/shop/x"], ["Job shop/a (PreSync)"]]);
});

test("content without hooks tells of none", () => {
  expect(composed("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}").hooks).toBeUndefined();
});

describe("the order", () => {
  test("is phase, wave, kind, name", () => {
    const effective = composed(
      ours("Job", "b", "PostSync,PreSync", "", "batch/v1"), ours("Job", "a", "PreSync", "", "batch/v1"), ours("RoleBinding", "r", "PreSync", "", "rbac.authorization.k8s.io/v1"), ours("Role", "r", "PreSync", "", "rbac.authorization.k8s.io/v1"),
      ours("ServiceAccount", "s"), ours("ConfigMap", "late", "PreSync", ', driftless.dev/wave: "1"'), ours("Widget", "w", "PreSync", "", "example.com/v1"), ours("Job", "early", "PreSync", ', driftless.dev/wave: "-1"', "batch/v1"), ours("Job", "m", "Sync", "", "batch/v1"), ours("Job", "f", "SyncFail", "", "batch/v1"),
    );
    expect(texts(effective)).toEqual([
      "Job shop/early (PreSync)", "ServiceAccount shop/s (PreSync)", "Role shop/r (PreSync)", "RoleBinding shop/r (PreSync)", "Job shop/a (PreSync)", "Job shop/b (PreSync)", "Widget.example.com shop/w (PreSync)", "ConfigMap shop/late (PreSync)",
      "Job shop/m (Sync)", "Job shop/b (PostSync)", "Job shop/f (SyncFail)",
    ]);
  });

  test.each<[string, string, number]>([
    ["Helm's weight is a wave", 'helm.sh/hook: pre-install, helm.sh/hook-weight: "3"', 3],
    ["ours wins over it", 'helm.sh/hook: pre-install, helm.sh/hook-weight: "3", driftless.dev/wave: "0"', 0],
    ["Argo CD's does, too", 'helm.sh/hook: pre-install, helm.sh/hook-weight: "3", argocd.argoproj.io/sync-wave: "-2"', -2],
    ["nothing is 0", "helm.sh/hook: pre-install", 0],
  ])("%s", (_what, annotations, wave) => expect(only(composed(hook("ConfigMap", "a", annotations))).wave).toBe(wave));
});

test("hooks of one occasion only are left out on the other", () => {
  const { hooks } = composed(hook("ConfigMap", "first", "helm.sh/hook: pre-install"), hook("ConfigMap", "later", "helm.sh/hook: pre-upgrade"), hook("ConfigMap", "both", 'helm.sh/hook: "pre-install,pre-upgrade"'));
  const namesOn = (occasion: "Install" | "Upgrade") => (hooks === undefined ? [] : hooksOn(hooks, occasion).map(({ id }) => id.name));
  expect([namesOn("Install"), namesOn("Upgrade")]).toEqual([["both", "first"], ["both", "later"]]);
});

/** What a render says of two Jobs of one name. */
const twice = (annotations: Readonly<Record<string, string>>): string[] => {
  const problems: Error[] = [];
  const value = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate", annotations } };
  checkObjects([1, 3].map((line) => ({ value, origin: { file: "app.yaml", line, overlays: [] } })), problems as Parameters<typeof checkObjects>[1]); // filled with errors
  return problems.map(({ message }) => message);
};

describe("what cannot be", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["two of one object at one point", [ours("ConfigMap", "a"), ours("ConfigMap", "a")], /app\.yaml:3: ConfigMap shop\/a \(PreSync\) is already defined at app\.yaml:1; remove one of the two/],
    ["a hook that is an ordinary object, too", [ours("ConfigMap", "a"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"], /ConfigMap shop\/a is already defined at/],
    ["a word of ours that means nothing", [ours("ConfigMap", "a", "Whenever"), ours("ConfigMap", "b", "Never")], /app\.yaml:1: ConfigMap a: .*"whenever".*\napp\.yaml:3: ConfigMap b: .*"never"/],
    ["too many", Array.from({ length: 101 }, (_, index) => ours("ConfigMap", `c${index}`)), /^101 hooks are more than the 100 that one Application may have/],
  ])("%s fails the build", (_what, documents, message) => expect(() => composed(...documents)).toThrow(message));

  test("the same object at one point on two occasions can", () => {
    expect(texts(composed(hook("ConfigMap", "a", "helm.sh/hook: pre-install"), hook("ConfigMap", "a", "helm.sh/hook: pre-upgrade")))).toHaveLength(2);
  });

  test("nor does a render refuse them, as it refuses other objects of one name", () => {
    expect([twice({ "helm.sh/hook": "pre-install" }), twice({})]).toEqual([[], [expect.stringContaining("Job migrate is defined twice")]]);
  });

  test("a hook of a kind whose definition is in the source is on its way, another one is not", () => {
    const definition = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.unknown.example}, spec: {group: unknown.example, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true}]}}";
    const widget = ours("Widget", "w", "PreSync", "", "unknown.example/v1");
    expect([only(composed(widget)).isComing, only(composed(widget, definition)).isComing, only(composed(ours("ConfigMap", "c"))).isComing]).toEqual([false, true, false]);
  });

  test("a hook of a kind that is not served says so when its turn comes", () => {
    const effective = composed(ours("Widget", "w", "PreSync", "", "unknown.example/v1"));
    expect([effective.blocked, only(effective).target]).toEqual([[], "app.yaml:1: the cluster serves no kind Widget in unknown.example/v1; install its CustomResourceDefinition or correct apiVersion and kind"]);
  });

  test("a hook that is left alone does not run", () => {
    expect(texts(composed(ours("ConfigMap", "a", "PreSync", ", driftless.dev/reconcile: disabled")))).toEqual([]);
  });
});

test("what is told of an annotation has no Secret value that a substitution put into it", () => {
  const [item] = renderedFrom(hook("ConfigMap", "a", "helm.sh/hook: hunter2hunter2")).objects;
  const { warnings } = compose({ objects: item === undefined ? [] : [{ ...item, secrets: ["hunter2hunter2"] }], warnings: [] }, { identity: shop, defaultNamespace: "shop", kindOf });
  expect([warnings.length, warnings.join("\n")]).toEqual([1, expect.not.stringContaining("hunter2")]);
});

const contentOf = (...documents: readonly string[]) => composed(...documents).hooks?.content;

describe("the content", () => {
  const base = [ours("ConfigMap", "a"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}"];

  test("is the same for the same objects in any order, and whatever is served", () => {
    const cr = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}}";
    const unserved = compose(renderedFrom(`${ours("ConfigMap", "a")}\n---\n${cr}`), { identity: shop, defaultNamespace: "shop", kindOf: (apiVersion, kind) => (kind === "Widget" ? undefined : kindOf(apiVersion, kind)) });
    expect([contentOf(...base.toReversed()), unserved.hooks?.content]).toEqual([contentOf(...base), contentOf(ours("ConfigMap", "a"), cr)]);
  });

  test("is another one for any change", () => {
    expect(contentOf(ours("ConfigMap", "a"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {v: '2'}}")).not.toBe(contentOf(...base));
  });
});

const migrate = (extra = ""): Hook => only(composed(`{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {driftless.dev/hook: PreSync}}, spec: {backoffLimit: 1${extra}}}`));
const bodyOf = (found: Hook, run = "uid-1") => {
  if (typeof found.target === "string") throw new Error(found.target);
  return hookBody(found, found.target, run, shop);
};

describe("what is created", () => {
  test("says for which attempt and point it is", () => {
    const { object, mark } = bodyOf(migrate());
    expect([object.metadata.annotations?.["driftless.dev/hook-run"], mark]).toEqual(["uid-1/PreSync", "uid-1/PreSync"]);
    expect(object.metadata).toMatchObject({ labels: { "applyset.kubernetes.io/part-of": shop.setId }, annotations: { "driftless.dev/origin": "inst-1/shop/shop#batch/Job/shop/migrate" } });
  });

  test("does not remove itself", () => {
    expect(bodyOf(migrate(", ttlSecondsAfterFinished: 5")).object["spec"]).toEqual({ backoffLimit: 1 });
  });

  test("gets the rest of its name from the run, the same each time", () => {
    const problems: never[] = [];
    const [item] = checkObjects([{ value: { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "migrate-", annotations: { "driftless.dev/hook": "PreSync" } } }, origin: { file: "app.yaml", line: 1, overlays: [] } }], problems);
    const found = only(compose({ objects: item === undefined ? [] : [item], warnings: [] }, { identity: shop, defaultNamespace: "shop", kindOf }));
    const { object, key } = bodyOf(found);
    expect([object.metadata.name, object.metadata.generateName, key]).toEqual([expect.stringMatching(/^migrate-[0-9a-f]{8}$/), undefined, hookKeyAt(found, "uid-1")]);
    expect(bodyOf(found).object.metadata.name).toBe(object.metadata.name);
    expect(bodyOf(found, "uid-2").object.metadata.name).not.toBe(object.metadata.name);
  });
});

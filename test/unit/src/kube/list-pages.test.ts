import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import type { Page } from "../../../../src/kube/list-pages.ts";
import { listPages, PAGE_SIZE } from "../../../../src/kube/list-pages.ts";
import type { Json } from "../../../../src/object/json.ts";
import type { ResourceKind } from "../../../../src/ports.ts";

const kind: ResourceKind = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [], subresources: [] };
const expired = new KubeApiError(410, "Expired", "the provided continue parameter is too old");
const page = (names: string[], next = ""): Json => ({ metadata: { resourceVersion: "7", continue: next }, items: names.map((name) => ({ metadata: { name } })) });

/** Answers in turn, and keeps what was asked. */
function script(...answers: (Json | KubeApiError)[]): { asked: Page[]; read: (page: Page) => Promise<Json> } {
  const asked: Page[] = [];
  const read = async (request: Page): Promise<Json> => {
    asked.push(request);
    const answer = answers.shift() ?? page([]);
    if (answer instanceof KubeApiError) throw answer;
    return answer;
  };
  return { asked, read };
}

describe("a paged list", () => {
  test("follows the continue token to the end and types its items", async () => {
    const { asked, read } = script(page(["a", "b"], "t1"), page(["c"]));
    const list = await listPages(kind, read);
    expect(list.items.map((item) => `${item.apiVersion} ${item.kind} ${item.metadata.name}`)).toEqual(["v1 ConfigMap a", "v1 ConfigMap b", "v1 ConfigMap c"]);
    expect(list.resourceVersion).toBe("7");
    expect(asked).toEqual([{ limit: PAGE_SIZE }, { limit: PAGE_SIZE, continue: "t1" }]);
  });

  test("starts anew when the snapshot expired between two pages", async () => {
    const { asked, read } = script(page(["a"], "t1"), expired, page(["b"]));
    expect((await listPages(kind, read)).items.map((item) => item.metadata.name)).toEqual(["b"]);
    expect(asked.map((request) => request.continue)).toEqual([undefined, "t1", undefined]);
  });

  test("asks for everything at once when pages keep expiring", async () => {
    const { asked, read } = script(page([], "t"), expired, page([], "t"), expired, page([], "t"), expired, page(["a"]));
    expect((await listPages(kind, read)).items).toHaveLength(1);
    expect(asked.at(-1)).toEqual({ limit: undefined, continue: undefined });
  });

  test("gives up when even that is refused", async () => {
    const { read } = script(expired, expired, expired, expired);
    await expect(listPages(kind, read)).rejects.toBe(expired);
  });

  test.each<[string, Json]>([["no list", { kind: "Pod" }], ["items of no shape", { metadata: { resourceVersion: "1" }, items: [5] }]])("%s is an error", async (_name, answer) => {
    await expect(listPages(kind, script(answer).read)).rejects.toThrow(KubeApiError);
  });

  test("items that are null are an empty list", async () => {
    expect(await listPages(kind, script({ metadata: { resourceVersion: "3" }, items: null }).read)).toEqual({ items: [], resourceVersion: "3" });
  });
});

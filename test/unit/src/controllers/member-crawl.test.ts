import { expect, test } from "vitest";
import { MemberCrawl } from "../../../../src/controllers/member-crawl.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { ResourceKind } from "../../../../src/ports.ts";
import { memberOf, one, v1 } from "../../../support/watch-rig.ts";

const broken: ResourceKind = { ...v1, kind: "Broken", verbs: ["list", "patch", "delete"] };
const widgets: ResourceKind = { ...v1, verbs: ["list", "patch", "delete"] };

/** One kind with a member, and one that cannot be listed until it is said to be. */
function crawling() {
  const listed: string[] = [];
  const state = { broken: true };
  const crawl = new MemberCrawl({
    kinds: () => Promise.resolve([widgets, broken, { ...v1, kind: "ReadOnly", verbs: ["list"] }]),
    list: ({ kind }) => {
      listed.push(kind);
      if (kind === "Broken" && state.broken) return Promise.reject(new KubeApiError(500, "InternalError", "no"));
      return Promise.resolve({ items: kind === "Widget" ? [memberOf(one, "a", "1")] : [], resourceVersion: "1" });
    },
  });
  const look = async (uid: string) => {
    listed.length = 0;
    const { places, failed } = await crawl.crawl(one, uid, new AbortController().signal);
    return { found: [...places.groupKinds], failed: failed.length, listed: [...listed] };
  };
  return { crawl, state, look };
}

test("what could not be listed is listed again the next time, and nothing else", async () => {
  const { state, look } = crawling();
  expect(await look("u1")).toEqual({ found: ["Widget.example.com"], failed: 1, listed: ["Widget", "Broken"] });
  state.broken = false;
  expect(await look("u1")).toEqual({ found: ["Widget.example.com"], failed: 0, listed: ["Broken"] });
});

test("an Application that was made anew is looked for anew, and so is one that was forgotten", async () => {
  const { crawl, look } = crawling();
  await look("u1");
  expect((await look("u2")).listed).toEqual(["Widget", "Broken"]);
  crawl.forget(one);
  expect((await look("u2")).listed).toEqual(["Widget", "Broken"]);
});

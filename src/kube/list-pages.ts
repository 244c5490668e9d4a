/** All pages of a list as one snapshot. */
import { isApiStatus, KubeApiError } from "../errors.ts";
import type { Json } from "../object/json.ts";
import { valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ObjectList, ResourceKind } from "../ports.ts";
import { ofKind } from "./typed-object.ts";

/** Objects per page. */
export const PAGE_SIZE = 500;
/** A list whose pages keep expiring is at last asked for in one piece. */
const MAX_PAGED_ATTEMPTS = 3;

/** Which page: no `limit` asks for everything at once. */
export interface Page {
  readonly limit: number | undefined;
  readonly continue: string | undefined;
}

/** Reads page after page; when the server has forgotten the snapshot between two (410), it starts anew. */
export async function listPages(kind: ResourceKind, read: (page: Page) => Promise<Json>): Promise<ObjectList> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readAll(kind, attempt > MAX_PAGED_ATTEMPTS ? undefined : PAGE_SIZE, read);
    } catch (error) {
      if (!isApiStatus(error, 410) || attempt > MAX_PAGED_ATTEMPTS) throw error;
    }
  }
}

async function readAll(kind: ResourceKind, limit: number | undefined, read: (page: Page) => Promise<Json>): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const page = await read({ limit, continue: next });
    const entries = valueAt(page, ["items"]) ?? [];
    const resourceVersion = valueAt(page, ["metadata", "resourceVersion"]);
    if (!Array.isArray(entries) || typeof resourceVersion !== "string") {
      throw new KubeApiError(0, "UnexpectedAnswer", `the API server answered with something that is no list of ${kind.kind}`);
    }
    for (const entry of entries) items.push(ofKind(kind, entry as Json)); // Array.isArray widens to any[]
    const token = valueAt(page, ["metadata", "continue"]);
    if (typeof token !== "string" || token === "") return { items, resourceVersion };
    next = token;
  }
}

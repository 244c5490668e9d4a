import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../../src/controllers/clock.ts";
import type { RenderOrder } from "../../../../src/controllers/render-messages.ts";
import { RenderPool } from "../../../../src/controllers/render-pool.ts";
import type { RenderPoolOptions } from "../../../../src/controllers/render-pool.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const program = new URL("../../../support/broken-thread.ts", import.meta.url);
const signal = new AbortController().signal;
const order = (path: string): RenderOrder => ({ place: { directory: "", tree: "" }, options: { path } });

function openPool(options: Partial<RenderPoolOptions> = {}): { pool: RenderPool; answered: (path: string, signal?: AbortSignal) => Promise<unknown>; logger: MemoryLogger } {
  const logger = new MemoryLogger();
  const pool = new RenderPool({ clock: systemClock, logger, program, ...options });
  onTestFinished(() => pool.close());
  return { pool, logger, answered: async (path, own = signal) => (await pool.render(order(path), own))?.made.rendered.warnings };
}

describe("a thread", () => {
  test("is started by the first render, serves the next ones, and ends when there was none for a while", async () => {
    const clock = new VirtualClock();
    const { pool, answered } = openPool({ clock });
    expect(pool.started).toBe(false);
    expect(await answered("a")).toEqual(["a"]);
    await clock.advance(29_000);
    expect(await answered("b")).toEqual(["b"]);
    await clock.advance(29_000);
    expect(pool.started).toBe(true);
    await clock.advance(1_000);
    expect([pool.started, clock.pending]).toEqual([false, 0]);
    expect(await answered("c")).toEqual(["c"]);
  });

  test.each([
    ["throws", {}, "INTERNAL", /^the thread that renders failed: broken on purpose$/],
    ["exits", {}, "INTERNAL", /^the thread that renders failed: it ended$/],
    ["eats", { memoryMb: 24 }, "LIMIT_EXCEEDED", /^rendering path "eats" took more than 24 MiB of memory; split the path/],
  ])("that %s fails the render that it was at, and no other", async (path, limits, code, message) => {
    const { answered, logger } = openPool({ limits });
    const [failed, ...others] = await Promise.allSettled([answered(path), answered("a"), answered("b")]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code, message: expect.stringMatching(message) as unknown } });
    expect(others).toEqual([{ status: "fulfilled", value: ["a"] }, { status: "fulfilled", value: ["b"] }]);
    expect(logger.lines).toMatchObject([{ level: "warn", message: "the thread that renders was ended" }]);
  });

  test("that hangs fails the render that it was at, and no other", async () => {
    const clock = new VirtualClock();
    const { answered } = openPool({ clock });
    const results = Promise.allSettled([answered("hangs"), answered("a"), answered("b")]);
    await clock.advance(60_000);
    const message = expect.stringMatching(/^rendering path "hangs" took longer than 60 s; split the path/) as unknown;
    expect(await results).toMatchObject([{ reason: { code: "LIMIT_EXCEEDED", message } }, { value: ["a"] }, { value: ["b"] }]);
  });
});

describe("who is aborted", () => {
  test("stops waiting at once; what waits behind is rendered when its turn comes", async () => {
    const clock = new VirtualClock();
    const { answered } = openPool({ clock });
    const [first, second] = [new AbortController(), new AbortController()];
    const results = Promise.allSettled([answered("hangs", first.signal), answered("a", second.signal), answered("b")]);
    first.abort(new Error("stopped"));
    second.abort(new Error("stopped, too"));
    await clock.advance(60_000);
    expect(await results).toMatchObject([{ reason: { message: "stopped" } }, { reason: { message: "stopped, too" } }, { value: ["b"] }]);
  });

  test("before it asks starts no thread", async () => {
    const { pool, answered } = openPool();
    await expect(answered("a", AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
    expect(pool.started).toBe(false);
  });
});

test("a pool that is closed ends what runs and what waits, and takes nothing more", async () => {
  const { pool, answered } = openPool();
  const results = Promise.allSettled([answered("hangs"), answered("a")]);
  await pool.close();
  expect(await results).toMatchObject([{ reason: { code: "INTERNAL" } }, { reason: { code: "INTERNAL" } }]);
  await expect(answered("b")).rejects.toMatchObject({ code: "INTERNAL", message: "the operator is stopping" });
  expect(pool.started).toBe(false);
});

import { expect, test } from "vitest";
import { Coalescer, Serial } from "../../../../sources/git/coalesce.ts";
import { withDeadline } from "../../../../sources/git/deadline.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const never = (): AbortSignal => new AbortController().signal;

const fail = (): Promise<never> => Promise.reject(new Error("no"));
const untilAborted = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));

test("callers that ask for the same thing share one run, later ones get a new one", async () => {
  const runs = new Coalescer();
  const gate = Promise.withResolvers<void>();
  let started = 0;
  const work = async (): Promise<number> => {
    const number = ++started;
    await gate.promise;
    return number;
  };
  const both = Promise.all([runs.run("a", never(), work), runs.run("a", never(), work), runs.run("b", never(), work)]);
  gate.resolve();
  expect(await both).toEqual([1, 1, 2]);
  expect(await runs.run("a", never(), work)).toBe(3);
});

test("one caller that gives up does not end the run of the others", async () => {
  const runs = new Coalescer();
  const gate = Promise.withResolvers<string>();
  const impatient = new AbortController();
  const first = runs.run("a", impatient.signal, () => gate.promise);
  const second = runs.run("a", never(), () => gate.promise);
  impatient.abort(new Error("gave up"));
  await expect(first).rejects.toThrow("gave up");
  gate.resolve("done");
  expect(await second).toBe("done");
});

test("the run ends when the last caller gives up, and the next caller starts anew", async () => {
  const runs = new Coalescer();
  const seen: AbortSignal[] = [];
  const hanging = (signal: AbortSignal): Promise<string> => {
    seen.push(signal);
    return new Promise(() => {});
  };
  const controller = new AbortController();
  const run = runs.run("a", controller.signal, hanging);
  controller.abort(new Error("gave up"));
  await expect(run).rejects.toThrow("gave up");
  expect(seen[0]?.aborted).toBe(true);
  expect(await runs.run("a", never(), async () => "anew")).toBe("anew");
});

test("an error reaches every caller", async () => {
  const runs = new Coalescer();
  const results = await Promise.allSettled([runs.run("a", never(), fail), runs.run("a", never(), fail)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test("serial work runs one after the other, also after a failure", async () => {
  const serial = new Serial();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = serial.run(async () => {
    await gate.promise;
    order.push("first");
    throw new Error("no");
  });
  const second = serial.run(async () => order.push("second"));
  order.push("queued");
  gate.resolve();
  await expect(first).rejects.toThrow("no");
  await second;
  expect(order).toEqual(["queued", "first", "second"]);
});

test("a deadline ends the work with an error that says so, and leaves no timer behind", async () => {
  const clock = new VirtualClock();
  const slow = withDeadline(clock, 5000, never(), untilAborted);
  const failed = expect(slow).rejects.toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("no complete answer within 5s") as string });
  await clock.advance(5000);
  await failed;
  expect(await withDeadline(clock, 5000, never(), async () => "quick")).toBe("quick");
  expect(clock.pending).toBe(0);
});

test("the caller's own signal ends the work with its own reason", async () => {
  const controller = new AbortController();
  const work = withDeadline(new VirtualClock(), 5000, controller.signal, untilAborted);
  controller.abort(new Error("shutting down"));
  await expect(work).rejects.toThrow("shutting down");
});

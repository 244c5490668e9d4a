import { expect, test } from "vitest";
import { collectWhenIdle } from "../../../../src/controllers/idle-memory.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

/** A process that is busy until `idle` is called, and how often its garbage was collected. */
function startProcess(clock: VirtualClock) {
  let share = 1;
  let collected = 0;
  let used = 0;
  let at = 0;
  const usedMs = (): number => {
    used += share * (clock.monotonic() - at);
    at = clock.monotonic();
    return used;
  };
  const end = collectWhenIdle(clock, { usedMs, collect: () => void (collected += 1) });
  const works = (next: number): void => {
    usedMs();
    share = next;
  };
  return { works, end, collected: () => collected };
}

test("memory is given back once after a busy time, and again after the next one", async () => {
  const clock = new VirtualClock();
  const { works, collected } = startProcess(clock);
  await clock.advance(60_000);
  expect(collected()).toBe(0);
  works(0.01);
  await clock.advance(60_000);
  expect(collected()).toBe(1);
  works(0.5);
  await clock.advance(60_000);
  works(0);
  await clock.advance(60_000);
  expect(collected()).toBe(2);
});

test("an operator that has ended leaves no timer, nor one whose Node does not let it collect", async () => {
  const clock = new VirtualClock();
  startProcess(clock).end();
  collectWhenIdle(clock, { usedMs: () => 0, collect: undefined });
  expect(clock.pending).toBe(0);
});

import { expect, test } from "vitest";
import { TURN_MS, turnOf } from "../../../../src/controllers/turn.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

function turn() {
  const clock = new VirtualClock();
  const others = { wait: false };
  return { clock, others, mayBegin: turnOf(clock, () => others.wait) };
}

test("a turn begins with the first write, however long the looking took", async () => {
  const { clock, others, mayBegin } = turn();
  others.wait = true;
  await clock.advance(10 * TURN_MS);
  expect(mayBegin()).toBe(true);
  await clock.advance(TURN_MS - 1);
  expect(mayBegin()).toBe(true);
  await clock.advance(1);
  expect(mayBegin()).toBe(false);
});

test("a turn lasts as long as nobody waits, and once it is over it stays so", async () => {
  const { clock, others, mayBegin } = turn();
  const before = mayBegin();
  await clock.advance(10 * TURN_MS);
  const alone = mayBegin();
  others.wait = true;
  const awaited = mayBegin();
  others.wait = false;
  expect([before, alone, awaited, mayBegin()]).toEqual([true, true, false, false]);
});

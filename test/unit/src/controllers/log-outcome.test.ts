import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../../reconciler/outcome.ts";
import { OutcomeLog } from "../../../../src/controllers/log-outcome.ts";
import { attemptedWith, blockedAs, closedGate, failureWith } from "../../../support/outcome-cases.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";

function rig() {
  const [log, logger] = [new OutcomeLog(), new MemoryLogger()];
  return (outcome: Outcome, name = "shop/shop"): string[] => {
    logger.lines.length = 0;
    log.tell(name, outcome, logger);
    return logger.lines.map(({ level, message, fields: { more, cause } }) => `${level} ${message}: ${more === undefined ? cause : `${more} more`}`);
  };
}

const waiting = (count: number, reason = "waits") => attemptedWith({ blocked: Array.from({ length: count }, (_, index) => ({ ...blockedAs("Waiting"), reason: `${reason} ${index}` })) });

describe("the log", () => {
  test("tells what waits as information, and what failed as a warning", () => {
    const told = rig()(attemptedWith({ failures: [failureWith({ message: "refused" })], blocked: [blockedAs("Failed"), blockedAs("Waiting")], gate: closedGate("WindowClosed"), fights: ["a fight"] }));
    expect(told.map((line) => line.split(":")[0])).toEqual(["warn object failed", "warn object blocked", "info object waits", "info changes wait", "warn fight"]);
  });

  test("tells the first twelve of many, and how many there are besides", () => {
    const told = rig()(waiting(300));
    expect([told.length, told[0], told.at(-1)]).toEqual([13, "info object waits: waits 0", "info object waits: 288 more"]);
  });

  test("tells nothing that was told of the last look, what is new besides it, and all of it after it was otherwise", () => {
    const tell = rig();
    tell(waiting(2));
    expect(tell(waiting(2))).toEqual([]);
    expect(tell(waiting(3))).toEqual(["info object waits: waits 2"]);
    expect(tell(attemptedWith())).toEqual([]);
    expect(tell(waiting(1))).toEqual(["info object waits: waits 0"]);
  });

  test("keeps Applications apart", () => {
    const tell = rig();
    tell(waiting(1), "shop/one");
    expect(tell(waiting(1), "shop/two")).toEqual(["info object waits: waits 0"]);
  });
});

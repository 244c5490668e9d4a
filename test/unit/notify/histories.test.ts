import { describe, expect, it } from "vitest";
import { runManyTraces } from "../../support/notify/many.ts";

const TRACES = 400;

describe("any history of states, faults and crashes", () => {
  it("ends with what is so being visible, and nothing sent twice without need", async () => {
    const { failed, crashes, requests } = await runManyTraces(TRACES, 7);
    expect(failed).toEqual([]);
    expect(crashes).toBeGreaterThan(TRACES / 2);
    expect(requests).toBeGreaterThan(TRACES);
  }, 30_000);
});

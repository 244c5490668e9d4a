import { expect, test } from "vitest";
import type { FightState } from "../../../drift/fight.ts";
import { treatmentOf } from "../../../drift/modes.ts";
import type { DriftSituation, Treatment } from "../../../drift/modes.ts";

const fight: FightState = { kind: "Fight", until: 1, rounds: 1 };

test.each<[string, DriftSituation, Treatment]>([
  ["by default", {}, "Revert"],
  ["with mode Revert", { mode: "Revert", fight: { kind: "Peace" } }, "Revert"],
  ["with mode Report", { mode: "Report" }, "Report"],
  ["with mode Ignore", { mode: "Ignore" }, "Ignore"],
  ["in a fight", { mode: "Revert", fight }, "Report"],
  ["in a fight with mode Report", { mode: "Report", fight }, "Report"],
  ["in a fight with mode Ignore", { mode: "Ignore", fight }, "Ignore"],
])("a difference %s", (_name, situation, expected) => expect(treatmentOf(situation)).toBe(expected));

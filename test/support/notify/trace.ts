import * as fc from "fast-check";
import type { Abilities } from "../../../src/notify/channels/channel.ts";
import type { EpisodeClass, Severity } from "../../../src/api/notifier.ts";
import type { Fault } from "./model-channel.ts";

/** What happens to the world, the process or the destination. */
export type Happening =
  | { readonly kind: "State"; readonly app: number; readonly class: EpisodeClass; readonly active: boolean; readonly severity: Severity; readonly stale: boolean }
  | { readonly kind: "Flap"; readonly app: number; readonly class: EpisodeClass; readonly times: number; readonly everyMs: number }
  | { readonly kind: "Correct"; readonly app: number; readonly count: number; readonly security: boolean; readonly field: number }
  | { readonly kind: "Deploy"; readonly apps: readonly number[]; readonly failing: readonly number[]; readonly ms: number }
  | { readonly kind: "Gone"; readonly app: number }
  | { readonly kind: "Fault"; readonly fault: Fault; readonly forMs: number }
  | { readonly kind: "StoreFault"; readonly forMs: number }
  | { readonly kind: "Crash"; readonly inMs: number; readonly downMs: number }
  | { readonly kind: "CrashAtRequest"; readonly afterMs: number; readonly downMs: number }
  | { readonly kind: "Delete"; readonly index: number }
  | { readonly kind: "Check" };

/** One history. */
export interface Trace {
  readonly abilities: Abilities;
  readonly readable: boolean;
  readonly perMinute: number;
  readonly minSeverity: Severity;
  readonly quietHours: boolean;
  readonly steps: readonly { readonly afterMs: number; readonly happening: Happening }[];
}

const app = fc.integer({ min: 0, max: 3 });
const apps = fc.uniqueArray(app, { minLength: 1, maxLength: 4 });
const severity = fc.constantFrom<Severity>("Warning", "Critical");
const standing = fc.constantFrom<EpisodeClass>("Drift", "Health", "Source", "Policy");
/** Times around every figure of the rules. */
const span = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 5_000, max: 130_000 }), fc.integer({ min: 200_000, max: 2_400_000 }));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("State" as const), app, class: standing, active: fc.boolean(), severity, stale: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Flap" as const), app, class: standing, times: fc.integer({ min: 2, max: 9 }), everyMs: fc.constantFrom(20_000, 70_000, 200_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("Correct" as const), app, count: fc.integer({ min: 1, max: 9 }), security: fc.boolean(), field: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("Deploy" as const), apps, failing: fc.oneof(fc.constant([]), apps), ms: fc.constantFrom(0, 5_000, 40_000, 300_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Gone" as const), app }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("Fault" as const), fault: fc.constantFrom<Fault>("Limited", "LostBefore", "LostAfter", "Hang", "Refused", "Unreadable"), forMs: fc.integer({ min: 1_000, max: 900_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("StoreFault" as const), forMs: fc.integer({ min: 1_000, max: 200_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Crash" as const), inMs: fc.integer({ min: 0, max: 20_000 }), downMs: span }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("CrashAtRequest" as const), afterMs: fc.integer({ min: -40, max: 130 }), downMs: span }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Delete" as const), index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "Check" as const }) },
);

/** Random histories of a few hours. */
export const traces = (): fc.Arbitrary<Trace> =>
  fc.record({
    abilities: fc.record({ update: fc.boolean(), thread: fc.boolean(), find: fc.boolean(), idempotent: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }) }),
    readable: fc.boolean(),
    perMinute: fc.constantFrom(6, 50),
    minSeverity: fc.constantFrom<Severity>("Info", "Info", "Warning", "Critical"),
    quietHours: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    steps: fc.array(fc.record({ afterMs: span, happening }), { minLength: 3, maxLength: 24 }),
  });

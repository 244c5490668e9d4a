import { messageOf } from "../../../src/errors.ts";
import { corpusPath } from "../../support/corpus.ts";
import { BUNDLE, buildBundle } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";
import { corpusSets } from "./corpus-objects.ts";
import { eachOf } from "./each-of.ts";
import { programsOf } from "./programs.ts";
import type { Program } from "./programs.ts";
import { runProgram } from "./run-program.ts";
import type { Found } from "./run-program.ts";

const what = "every object of both corpora, applied to a real control plane with its controllers and simulated nodes, the operator restarted";
const bars = {
  drifting: { bar: "drift.1a", what: `${what}: objects that a DriftReport tells as drifted or reverted, or that the restarted operator changed once more`, unit: "objects", limit: "<=0" },
  accepted: { bar: "drift.1b", what: `${what}: rendered objects that the API server has accepted; kinds that no definition of the corpora serves have one that takes everything`, unit: "%", limit: ">=95" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Control planes at a time: most of what one does is to wait until nothing more happens. */
const PLANES = 2;

/** Every bar about drift that is none. */
export const falseDriftBars: readonly Bar[] = Object.values(bars);

/** Nobody touches anything; whatever is told as drift is none. Sets that change what an API server does get one of their own each. */
export async function measureFalseDrift(say: (text: string) => void): Promise<readonly Row[]> {
  const sets = corpusSets(demand("kustomize"), demand("helm"));
  const programs = programsOf(sets);
  say(`${sets.length} sets, ${sets.reduce((sum, { objects }) => sum + objects.length, 0)} objects, on ${programs.length} control planes`);
  await buildBundle();
  const nameless = sets.reduce((sum, set) => sum + set.nameless, 0);
  const found: Found[] = [{ accepted: 0, causes: Array.from({ length: nameless }, () => "without kind or name"), drifting: [] }];
  await eachOf(programs, PLANES, async (program) => {
    found.push(await runProgram(program, BUNDLE, say).catch((error: unknown) => lost(program, messageOf(error))));
    say(`${found.length - 1} of ${programs.length} control planes done`);
  });
  return rows(found, say);
}

/** Objects of which nothing was learned count as refused, and the row fails. */
function lost({ name, rounds }: Program, reason: string): Found {
  const cause = `the control plane of its set failed: ${reason}`;
  return { accepted: 0, causes: rounds.flat().flatMap(({ objects }) => objects.map(() => cause)), drifting: [`${name}: ${cause}`] };
}

function rows(found: readonly Found[], say: (text: string) => void): readonly Row[] {
  const causes = found.flatMap((each) => each.causes);
  const drifting = found.flatMap((each) => each.drifting);
  const accepted = found.reduce((sum, each) => sum + each.accepted, 0);
  const counts = new Map<string, number>();
  for (const cause of causes) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  for (const [cause, count] of [...counts].sort(([, left], [, right]) => right - left)) say(`${count} not accepted: ${cause}`);
  for (const line of drifting) say(`drifting: ${line}`);
  const all = accepted + causes.length;
  return [measured(bars.drifting, drifting.length, accepted), measured(bars.accepted, (accepted / all) * 100, all)];
}

function demand(path: string): string {
  const found = corpusPath(path);
  if (found === undefined) throw new Error(`there is no ../shared/corpus/${path}`);
  return found;
}

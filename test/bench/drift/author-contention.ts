import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import { delay } from "../../../src/kube/delay.ts";
import { startAuditedPlane } from "../../support/audited-plane.ts";
import { configMap } from "../../support/manifests.ts";
import { measured } from "../row.ts";
import type { Bar, Row } from "../row.ts";
import { refOf } from "./author-edits.ts";
import { EditHands } from "./author-hands.ts";

const wrongNames: Bar = { bar: "drift.2b", what: "differences told of another user than made them, five users with the same tool on the same objects at once", unit: "differences", limit: "<=0" };
/** Bars of who it was where several get in each other's way. */
export const contentionBars: readonly Bar[] = [wrongNames];

const USERS = ["ann@example.com", "ben@example.com", "cat@example.com", "dan@example.com", "eve@example.com"];
const OBJECTS = 60;
const ROUNDS = 4;
/** Within two seconds two users with the same tool cannot be told apart. */
const PAUSE_MS = 2_500;
const SETTLE_MS = 6_000;

/** Every write has its user's name as the value, so that the report itself says who it was. In every other round two users write at once. */
export async function measureContention(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const world = await startAuditedPlane({ tier: "api", audit: true, say }, stack);
  const names = Array.from({ length: OBJECTS }, (_, index) => `c${index}`);
  const shop = await world.shop(Object.fromEntries(names.map((name) => [`${name}.yaml`, configMap(name)])));
  await shop.ready();
  const hands = new EditHands(world, shop.namespace, (_, name) => configMap(name), stack);
  const seen = new Map<string, DriftFinding>();
  const ended = new AbortController();
  const watching = shop.view.until("the end", () => collect(seen, [...(shop.report?.status?.findings ?? []), ...(shop.report?.status?.reverted ?? [])]), ended.signal, 600_000).catch(() => undefined);
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      names.flatMap((name, index) => [index + round, index + round + 1].slice(round % 2).map((turn) => USERS[turn % USERS.length] ?? "").map((user) => hands.patch({ user, userAgent: "curl/8.14.1" }, refOf("ConfigMap", shop.namespace, name), { data: { value: user } }, undefined))),
    );
    await delay(systemClock, PAUSE_MS, new AbortController().signal);
  }
  await delay(systemClock, SETTLE_MS, new AbortController().signal);
  ended.abort();
  await watching;
  const told = [...seen.values()];
  const wrong = told.filter(({ user, live }) => user !== undefined && live !== JSON.stringify(user));
  for (const { object, live, user = "" } of wrong) say(`${object}: ${live} is told of ${user}`);
  say(`${told.filter(({ user }) => user !== undefined).length} of ${told.length} differences are told with a user`);
  return [measured(wrongNames, wrong.length, told.length)];
}

function collect(seen: Map<string, DriftFinding>, findings: readonly DriftFinding[]): undefined {
  for (const finding of findings) {
    seen.set(JSON.stringify([finding.object, finding.path, finding.detectedAt, finding.live]), finding); // the last word counts
  }
}

/** Episodes at one moment: those that are over close, those that last are told again. */
import { newEpisode, say } from "./members.ts";
import type { Moment } from "./open.ts";
import { FLAP_WINDOW_MS, GROUP_WAIT_MS } from "./rules.ts";
import type { Episode, World } from "./state.ts";
import { emptyDigest } from "./state.ts";
import { digestContent } from "./digest-content.ts";
import { spanText } from "./text.ts";

/** Closes an episode whose members have all ended. A deployment waits a moment: what depended on it may just begin. */
export function closeIfOver({ wake }: Moment, episode: Episode): void {
  if (episode.closedAt !== undefined || episode.members.some(({ endedAt }) => endedAt === undefined)) return;
  const last = Math.max(...episode.members.map(({ endedAt = 0 }) => endedAt));
  const wait = episode.class === "Deploy" && episode.members.some(({ state }) => state === "Done") ? GROUP_WAIT_MS : 0;
  if (!wake.due(last + wait)) return;
  episode.closedAt = Math.max(last, episode.openedAt);
  episode.flapping = false;
  episode.calls += 1;
  episode.stale = true;
  if (episode.calls > 2 || episode.shown !== undefined) say(episode, `over after ${spanText(last - startOf(episode))}`, wake.now, true);
}

/** When the first of its members began. */
export const startOf = ({ members, openedAt }: Episode): number => members.reduce((first, { since }) => Math.min(first, since), openedAt);

/** Tells an open episode again, each time after twice as long. */
export function remindIfDue({ wake, settings: { reminders }, quietUntil }: Moment, episode: Episode): void {
  if (episode.closedAt !== undefined || reminders === undefined) return;
  const first = episode.flapping ? Math.min(FLAP_WINDOW_MS, reminders.firstMs) : reminders.firstMs;
  if (episode.remindAt === undefined || (episode.reminders === 0 && episode.remindMs !== first)) {
    episode.remindMs = first;
    episode.remindAt = episode.openedAt + first;
  }
  if (!wake.due(episode.remindAt)) return;
  if (quietUntil !== undefined && episode.peak !== "Critical") return;
  episode.reminders += 1;
  episode.calls += 1;
  episode.remindMs = Math.min(reminders.maxMs, episode.remindMs * 2);
  episode.remindAt = wake.now + episode.remindMs;
  episode.stale = true;
  wake.due(episode.remindAt);
  say(episode, `still so after ${spanText(wake.now - startOf(episode))}`, wake.now, true);
}

/** Sums up what was corrected since the last digest, when its time has come and the last one was delivered. */
export function digestIfDue({ world, wake, settings, quietUntil }: Moment): void {
  const { digest } = world;
  if (digest.total === 0 && digest.missed === 0) return;
  digest.nextAt ??= settings.nextDigest(digest.since ?? wake.now);
  if (!wake.due(digest.nextAt) || quietUntil !== undefined || hasDigest(world)) return;
  const { key, openedAt } = newEpisode(world, "Drift", "digest", undefined, wake.now);
  world.episodes.set(key, {
    key, class: "Drift", openedAt, digest: true, members: [], peak: "Info", calls: 1, reminders: 0, remindMs: 0, flapping: false, inhibits: 0, closedAt: wake.now, stale: false, stepCount: 0, steps: [],
    shown: { version: 1, content: digestContent(digest, wake.now), closed: true, calls: 1 },
  });
  world.digest = emptyDigest();
}

const hasDigest = ({ episodes }: World): boolean => [...episodes.values()].some(({ digest }) => digest === true);

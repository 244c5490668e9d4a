/**
 * The engine: what is observed becomes the messages that should be visible, for one Notifier. Nothing is sent here, and nothing is
 * counted on having been seen: an episode (a subject and a class) opens when trouble has lasted, closes when its absence has, and
 * what one cause explains is told once (rules.ts, inhibition.ts). Deterministic: time is an argument, the state is JSON.
 */
import { isDeepStrictEqual } from "node:util";
import type { EpisodeClass } from "../../api/notifier.ts";
import { episodeClasses } from "../../api/notifier.ts";
import type { Observation, Subject } from "../observation.ts";
import { subjectKey } from "../observation.ts";
import { contentOf } from "./content.ts";
import { closeIfOver, digestIfDue, remindIfDue } from "./episodes.ts";
import { inhibitors } from "./inhibition.ts";
import type { Moment } from "./open.ts";
import { openEnded, openIfDue, passedBy } from "./open.ts";
import type { EpisodeSettings } from "./settings.ts";
import { isOfInterest, settleTrack } from "./settle.ts";
import type { EngineState, Episode, Reach, SuppressionCause, Track, World } from "./state.ts";
import { emptyWorld, toState, toWorld, trackKey } from "./state.ts";
import { forget, takeIn } from "./take-in.ts";
import { Wake } from "./wake.ts";
import type { WantedMessage } from "./wanted.ts";

/** What a tick comes to. */
export interface Told {
  /** What should be visible: every open episode, and closed ones until their end was acknowledged. */
  readonly messages: readonly WantedMessage[];
  /** When to tick again, if nothing is observed before; milliseconds since 1970. */
  readonly wakeAt: number | undefined;
  readonly openEpisodes: number;
}

/** One Notifier's episodes. */
export class EpisodeEngine {
  readonly #world: World;
  readonly #startedAt: number;
  /** Tracks that were observed since the start: of others nothing is known, which is not quiet. */
  readonly #heard = new Set<string>();
  #settings: EpisodeSettings;

  /** `state`: what was saved; absent: a memory that begins now. `owner`: whose it is, see World. */
  constructor(settings: EpisodeSettings, state: EngineState | undefined, now: number, owner = "") {
    this.#settings = settings;
    this.#world = state === undefined ? emptyWorld(now, owner) : toWorld(state, owner);
    this.#startedAt = now;
  }

  /**
   * Takes in what is true now. `routed`: it is told here; else it only explains other things. `reaches`: whether news of a severity
   * about the subject would be (a success: Info, corrected drift: Info, Warning or Critical); default: as `routed`.
   */
  observe(observation: Observation, routed: boolean, now: number, reaches: Reach = () => routed): void {
    const key = takeIn(this.#world, observation, routed, reaches, now);
    if (key !== undefined) this.#heard.add(key);
  }

  /** The subject exists no more: its episodes end. */
  gone(subject: Subject, now: number): void {
    for (const kind of episodeClasses) {
      const track = this.#world.tracks.get(trackKey(subject, kind));
      if (track !== undefined) forget(this.#world, track, now);
    }
    this.#world.ledger.delete(subjectKey(subject));
  }

  /** These are all the subjects there are (keys as of subjectKey): what else is remembered is gone. For after a start. */
  known(subjects: ReadonlySet<string>, now: number): void {
    for (const track of this.#world.tracks.values()) if (!subjects.has(subjectKey(track.subject))) forget(this.#world, track, now);
    for (const key of this.#world.ledger.keys()) if (!subjects.has(key)) this.#world.ledger.delete(key);
  }

  /** Other times, from a changed spec. */
  configure(settings: EpisodeSettings): void {
    this.#settings = settings;
    delete this.#world.digest.nextAt;
  }

  /** Everything at this moment. */
  tick(now: number): Told {
    const world = this.#world;
    const moment = this.#moment(now);
    this.#each((kind) => kind === "Deploy", settleDeployment, moment);
    this.#each((kind) => kind !== "Deploy", settleTrack, { ...moment, inhibitorOf: inhibitors(this.#known()) });
    this.#countInhibited();
    for (const episode of world.episodes.values()) {
      closeIfOver(moment, episode);
      remindIfDue(moment, episode);
      if (episode.stale && (moment.quietUntil === undefined || episode.peak === "Critical")) show(episode, now);
    }
    digestIfDue(moment);
    for (const [key, track] of world.tracks) if (!isOfInterest(track, now)) world.tracks.delete(key);
    const episodes = [...world.episodes.values()];
    return { messages: episodes.flatMap(messageOf), wakeAt: moment.wake.at, openEpisodes: episodes.filter(({ closedAt }) => closedAt === undefined).length };
  }

  /** What the destination shows for good: thread lines up to a number, and with `closed` the end, after which the episode is forgotten. */
  acknowledge(key: string, step: number, closed: boolean): void {
    const episode = this.#world.episodes.get(key);
    if (episode === undefined) return;
    if (episode.steps.some(({ number }) => number <= step)) episode.steps = episode.steps.filter(({ number }) => number > step);
    if (closed && episode.shown?.closed === true) this.#world.episodes.delete(key);
  }

  /** How much was not told so far, by cause. */
  get suppressed(): ReadonlyMap<SuppressionCause, number> {
    return this.#world.suppressed;
  }

  /** What is to be saved; shares its parts with the engine, so it is for writing down at once. */
  get state(): EngineState {
    return toState(this.#world);
  }

  #moment(now: number): Moment {
    const wake = new Wake(now);
    const quietUntil = this.#settings.quietUntil(now);
    if (quietUntil !== undefined) wake.due(quietUntil);
    return { world: this.#world, wake, settings: this.#settings, startedAt: this.#startedAt, quietUntil, inhibitorOf: inhibitors(this.#known()) };
  }

  /** Tracks that were heard of: what may be long over explains nothing. */
  #known(): Track[] {
    return [...this.#heard].flatMap((key) => this.#world.tracks.get(key) ?? []);
  }

  /** Counts for each episode what is not told because of it. */
  #countInhibited(): void {
    const counts = new Map<string, number>();
    const known = this.#known();
    const inhibitorOf = inhibitors(known);
    for (const track of known) {
      const key = track.held === "Inhibited" && track.inhibited === true ? inhibitorOf(track)?.episode : undefined;
      if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const episode of this.#world.episodes.values()) {
      const count = counts.get(episode.key) ?? 0;
      if (episode.inhibits === count || episode.closedAt !== undefined) continue;
      episode.inhibits = count;
      episode.stale = true;
    }
  }

  #each(fits: (kind: EpisodeClass) => boolean, settle: (moment: Moment, track: Track) => void, moment: Moment): void {
    for (const key of this.#heard) {
      const track = this.#world.tracks.get(key);
      if (track === undefined) this.#heard.delete(key);
      else if (fits(track.class)) settle(moment, track);
    }
  }
}

function settleDeployment(moment: Moment, track: Track): void {
  if (track.ended !== undefined) openEnded(moment, track);
  if (track.state === "Quiet") passedBy(moment.world, track, moment.wake.now);
  else if (track.followed === true && track.episode === undefined) openIfDue(moment, track);
}

/** Brings what is to be visible up to date; the version grows only where it says something else. */
function show(episode: Episode, now: number): void {
  const { shown, calls } = episode;
  const content = contentOf(episode, now);
  const closed = episode.closedAt !== undefined;
  episode.stale = false;
  const same = shown !== undefined && shown.closed === closed && shown.calls === calls && isDeepStrictEqual({ ...shown.content, updatedAt: "" }, { ...content, updatedAt: "" });
  if (!same) episode.shown = { version: (shown?.version ?? 0) + 1, content, closed, calls };
}

const messageOf = ({ key, shown, steps }: Episode): WantedMessage[] => (shown === undefined ? [] : [{ key, ...shown, steps }]);

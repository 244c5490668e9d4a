import { GoMap, type GoValue } from "./go/value.ts";
import { Look, WHOLE } from "./look.ts";

/** Says whether what is looked at counts, and for which template. */
export interface Watching {
  /** What the operator itself looks at does not count. */
  isOn: boolean;
  /** Counts the templates. */
  run: number;
}

/** Where a map of values hangs. */
export interface Place {
  readonly map: WatchedMap;
  readonly key: string;
}

/**
 * A map that notes what of it is looked at. Maps below it are watched from the moment they are asked for: what no template
 * comes to costs nothing. A map that hangs in several places is watched in one of them, in the others it counts as seen whole.
 */
export class WatchedMap extends Map<string, GoValue> {
  private readonly watching: Watching;
  /** Undefined: nothing is above it that is watched. */
  private readonly place: Place | undefined;
  /** Maps below are not watched, but count as seen whole. */
  private readonly isFlat: boolean;
  private run = -1;
  private looked: Look | undefined;

  constructor(entries: Iterable<readonly [string, GoValue]>, watching: Watching, { place, isFlat = false }: { readonly place?: Place; readonly isFlat?: boolean } = {}) {
    super(entries);
    this.watching = watching;
    this.place = place;
    this.isFlat = isFlat;
  }

  /** What the template at hand looked at, maps below included; undefined where it did not come here. */
  get look(): Look | undefined {
    return this.run === this.watching.run ? this.looked : undefined;
  }

  override get(key: string): GoValue | undefined {
    const value = super.get(key);
    if (this.watching.isOn) this.note(key, value);
    return value;
  }

  override has(key: string): boolean {
    const isThere = super.has(key);
    if (this.watching.isOn) this.note(key, isThere ? super.get(key) : undefined);
    return isThere;
  }

  override get size(): number {
    if (this.watching.isOn) this.current().isCounted = true;
    return super.size;
  }

  override [Symbol.iterator](): MapIterator<[string, GoValue]> {
    this.seeWhole();
    return super[Symbol.iterator]();
  }

  override entries(): MapIterator<[string, GoValue]> {
    this.seeWhole();
    return super.entries();
  }

  override keys(): MapIterator<string> {
    this.seeWhole();
    return super.keys();
  }

  override values(): MapIterator<GoValue> {
    this.seeWhole();
    return super.values();
  }

  override forEach(each: (value: GoValue, key: string, map: Map<string, GoValue>) => void): void {
    this.seeWhole();
    super.forEach(each);
  }

  private seeWhole(): void {
    if (this.watching.isOn) this.current().isWhole = true;
  }

  private note(key: string, value: GoValue | undefined): void {
    const { keys } = this.current();
    if (value instanceof GoMap && !this.isWatchedBelow(key, value)) keys.set(key, WHOLE);
    else if (!keys.has(key)) keys.set(key, undefined);
  }

  /** Whether all that is looked at of a map below is noted from here on. */
  private isWatchedBelow(key: string, value: GoMap): boolean {
    const { entries } = value;
    if (entries instanceof WatchedMap) return entries.place === undefined || (entries.place.map === this && entries.place.key === key);
    if (this.isFlat || Object.getPrototypeOf(entries) !== Map.prototype) return false; // other kinds of maps are to stay what they are
    replaceEntries(value, new WatchedMap(entries, this.watching, { place: { map: this, key } }));
    return true;
  }

  private current(): Look {
    const { watching, looked, place } = this;
    if (looked !== undefined && this.run === watching.run) return looked;
    const look = new Look();
    this.run = watching.run;
    this.looked = look;
    place?.map.current().keys.set(place.key, look);
    return look;
  }
}

/** The map stays the same for all who hold it, and its entries are held by it alone. */
export function replaceEntries(map: GoMap, entries: WatchedMap): void {
  (map as { entries: GoMap["entries"] }).entries = entries; // nobody has seen what is in it
}

/** What a map has under a key; nobody looked at it. */
export const entryOf = (entries: ReadonlyMap<string, GoValue>, key: string): GoValue | undefined => Map.prototype.get.call(entries, key) as GoValue | undefined; // what such maps hold

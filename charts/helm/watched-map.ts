import type { GoValue } from "./go/value.ts";

/** A map that notes which of its keys were looked at, be it in vain. */
export class WatchedMap extends Map<string, GoValue> {
  /** Since the last `forget`. */
  readonly seen = new Set<string>();
  /** It was gone through, or counted: everything counts as seen. */
  isSeenWhole = false;

  forget(): void {
    if (this.seen.size > 0) this.seen.clear();
    this.isSeenWhole = false;
  }

  override get(key: string): GoValue | undefined {
    this.seen.add(key);
    return super.get(key);
  }

  override has(key: string): boolean {
    this.seen.add(key);
    return super.has(key);
  }

  override get size(): number {
    this.isSeenWhole = true;
    return super.size;
  }

  override [Symbol.iterator](): MapIterator<[string, GoValue]> {
    this.isSeenWhole = true;
    return super[Symbol.iterator]();
  }

  override entries(): MapIterator<[string, GoValue]> {
    this.isSeenWhole = true;
    return super.entries();
  }

  override keys(): MapIterator<string> {
    this.isSeenWhole = true;
    return super.keys();
  }

  override values(): MapIterator<GoValue> {
    this.isSeenWhole = true;
    return super.values();
  }

  override forEach(each: (value: GoValue, key: string, map: Map<string, GoValue>) => void): void {
    this.isSeenWhole = true;
    super.forEach(each);
  }
}

/** A watched map with the same entries. */
export function watched(entries: ReadonlyMap<string, GoValue>): WatchedMap {
  const map = new WatchedMap();
  for (const [key, value] of entries) map.set(key, value);
  return map;
}

import type { KindRecord } from "../../drift/audit-join.ts";
import { formatKey } from "../object/object-id.ts";
import type { ObjectId } from "../object/object-id.ts";

/** How much is kept, and how long. */
export interface AuditRecordLimits {
  /** Default 20,000. */
  readonly total?: number;
  /** Default 64. */
  readonly perObject?: number;
  /** Default ten minutes. */
  readonly ageMs?: number;
}

interface Entry {
  readonly place: string;
  readonly record: KindRecord;
  readonly arrivedAt: number;
}

const MOST = 20_000;
const MOST_OF_ONE = 64;
const AGE_MS = 600_000;
/** Entries taken from the front before the queue is copied. */
const SLACK = 1024;

/** The newest requests by the object they were about: the oldest go first, by age, per object and in all. */
export class AuditRecords {
  readonly #total: number;
  readonly #perObject: number;
  readonly #ageMs: number;
  readonly #byPlace = new Map<string, KindRecord[]>();
  #queue: Entry[] = [];
  #head = 0;

  constructor({ total = MOST, perObject = MOST_OF_ONE, ageMs = AGE_MS }: AuditRecordLimits = {}) {
    this.#total = total;
    this.#perObject = perObject;
    this.#ageMs = ageMs;
  }

  /** Number of requests that are kept. */
  get size(): number {
    let size = 0;
    for (const records of this.#byPlace.values()) size += records.length;
    return size;
  }

  /** Keeps a request. `now`: monotonic milliseconds. */
  add(record: KindRecord, now: number): void {
    const place = formatKey(record);
    const records = this.#byPlace.get(place) ?? [];
    records.push(record);
    if (records.length > this.#perObject) records.shift();
    this.#byPlace.set(place, records);
    this.#queue.push({ place, record, arrivedAt: now });
    this.#expire(now);
  }

  /** The requests that may have changed an object: its own, those of its collection, and those of its namespace. */
  about(id: ObjectId): readonly KindRecord[] {
    const places = [id, { ...id, name: "" }, ...(id.namespace === "" ? [] : [{ group: "", kind: "Namespace", namespace: "", name: id.namespace }])];
    return places.flatMap((place) => this.#byPlace.get(formatKey(place)) ?? []);
  }

  #expire(now: number): void {
    for (let oldest = this.#queue[this.#head]; oldest !== undefined; oldest = this.#queue[this.#head]) {
      if (this.#queue.length - this.#head <= this.#total && now - oldest.arrivedAt <= this.#ageMs) break;
      this.#head += 1;
      this.#drop(oldest);
    }
    if (this.#head < SLACK) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  #drop({ place, record }: Entry): void {
    const records = this.#byPlace.get(place);
    if (records?.[0] !== record) return; // its object had too many
    records.shift();
    if (records.length === 0) this.#byPlace.delete(place);
  }
}

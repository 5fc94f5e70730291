import type { ListedObject } from "../cos/list-objects.ts";
import { finalKey, keyOfPlace } from "../object/places.ts";
import type { NamedRule, Rules } from "../object/rule.ts";
import type { Claim } from "./decision.ts";
import type { Demand, Used } from "./demands.ts";

/** A file that this instance has signed for. */
interface Promised extends Claim {
  readonly owner: string;
  /** The date in its key. */
  readonly date: string;
  /** When it can no longer be written; Unix milliseconds. */
  readonly until: number;
  /** A listing has had it. When another has not, it was deleted; if it is `isOnce`, nobody can store it again. */
  wasStored: boolean;
}

/** What this instance has signed: the listing may not have it yet, or not as large as it may become. */
export class Promises {
  readonly #rules: Rules;
  readonly #byKey = new Map<string, Promised>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  add(claim: Claim, of: Pick<Promised, "owner" | "date" | "until">): void {
    this.#byKey.set(finalKey(claim.key), { ...claim, ...of, wasStored: false });
  }

  remove({ key }: Claim): void {
    this.#byKey.delete(finalKey(key));
  }

  /** What an owner has used of each demand's limits on a day: what is stored, and what was promised besides. */
  usedOf(demands: readonly Demand[], stored: readonly ListedObject[], owner: string, date: string): Used[] {
    const sizes = new Map(stored.map(({ key, size }) => [keyOfPlace(key), size]));
    const mine = this.#still(sizes, owner, date);
    return demands.map(({ rule: name }) => {
      const rule = name === undefined ? undefined : this.#rules.named(name);
      const files = [
        ...stored
          .filter(({ key }) => rule === undefined || isOf(key, rule))
          .map(({ key, size }) => Math.max(size, mine.get(keyOfPlace(key))?.bytes ?? 0)),
        ...[...mine]
          .filter(([key, one]) => !sizes.has(key) && (name === undefined || one.rule.name === name))
          .map(([, { bytes }]) => bytes),
      ];
      return { files: files.length, bytes: files.reduce((sum, bytes) => sum + bytes, 0) };
    });
  }

  /** An owner's promises of a day that can still be kept; forgets those that cannot. */
  #still(sizes: ReadonlyMap<string, number>, owner: string, date: string): ReadonlyMap<string, Promised> {
    for (const [key, { until }] of this.#byKey) if (until < Date.now()) this.#byKey.delete(key);
    const mine = new Map([...this.#byKey].filter(([, one]) => one.owner === owner && one.date === date));
    for (const [key, promise] of mine) {
      const isStored = sizes.has(key);
      if (promise.isOnce && promise.wasStored && !isStored) {
        mine.delete(key);
        this.#byKey.delete(key);
      }
      promise.wasStored = isStored;
    }
    return mine;
  }
}

/** By prefix and extension; the build refuses a quota for a rule that cannot be told from another so. */
function isOf(key: string, { prefix, types }: NamedRule): boolean {
  const ext = key.slice(key.lastIndexOf(".") + 1);
  return keyOfPlace(key).startsWith(`${prefix}/`) && Object.hasOwn(types, ext);
}

import type { IncomingHttpHeaders } from "node:http";
import type { CosCall } from "../cos/client.ts";
import type { Invocation } from "../entry/invocation.ts";
import { metaIn, nameIn } from "../object/metadata.ts";
import { isPlainKey } from "../object/object-key.ts";
import { finalKey, isPending, MAX_KEY_BYTES } from "../object/places.ts";
import type { NamedRule, Rules } from "../object/rule.ts";
import { maxBytesInParts } from "../upload/file.ts";
import { open } from "./open.ts";
import { type LifeService, lifeGrants } from "./service.ts";
import { type Marker, type Markers, markerOf, markerOfAbsent, readMarkers } from "./state.ts";
import { NOTHING_KNOWN, type StoredFile, storedIn, type Version } from "./stored-file.ts";
import { headOf, isArchived } from "./withheld.ts";

/** A file that was uploaded, as it stands now. */
export interface Upload {
  readonly file: StoredFile;
  readonly rule: NamedRule;
  /** Where its object is: its key, or that under `pending/` while it waits for its check. */
  readonly at: string;
  /** What COS says that is there: of one that was copied to its key, another time than its `file`'s. Absent for nothing. */
  readonly stored?: Version;
  /** Whether COS does not return it: archived, or encrypted with a key, without which nothing else is known about it. */
  readonly isWithheld?: boolean;
  /** What has been written about this very upload; undefined for nothing. */
  readonly marker: Marker | undefined;
  /** Whether its key had a file before that has ended, though its rule lets a signature be used once. */
  readonly isRepeated?: boolean;
  /** Whether the team could not be told just now that it is stored. */
  readonly isUntold?: boolean;
  /** COS, with a credential for what concerns this file. */
  readonly cos: CosCall;
}

/**
 * Looks up an upload by its key.
 *
 * @param places places where its object may be; the first that has one counts
 * @returns undefined when there is nothing to do: the file is gone, or belongs to no rule
 * @throws ServiceError when STS or COS fails
 */
export async function findUpload(
  places: readonly string[],
  service: LifeService,
  invocation: Invocation,
): Promise<Upload | undefined> {
  for (const at of places) {
    const key = finalKey(at);
    const rules = rulesFor(key, service.rules);
    if (rules.length === 0 || !isPlainKey(at) || Buffer.byteLength(at) > MAX_KEY_BYTES) continue;
    const cos = await open(lifeGrants(at), service, invocation);
    const [head, markers] = await Promise.all([headOf(at, cos), readMarkers(key, cos)]);
    if (head?.status !== 404) {
      const { file, rule } = describe(key, head?.headers, rules);
      const marker = markerOf(at, file, markers);
      const isWithheld = head === undefined || isArchived(head.headers);
      const isRepeated = marker === undefined && rule.forbidOverwrite === true && hasEnded(at, markers);
      return { file: marker?.file ?? file, rule, at, cos, marker, stored: file, isWithheld, isRepeated };
    }
    const marker = unfinished(at, markers);
    const rule = marker && service.rules.named(marker.file.rule);
    if (marker && rule) return { file: marker.file, rule, at, cos, marker };
  }
  return undefined;
}

/** For what is written about an upload: whether the team has still to be told that it is stored. */
export function owing({ isUntold, marker }: Pick<Upload, "isUntold" | "marker">): Pick<Marker, "owesStored"> {
  return isUntold || marker?.owesStored ? { owesStored: true } : {};
}

/**
 * Whether it passed its check elsewhere and was copied here: whoever copied it also announces it, and this is
 * the event of the copy.
 */
export function isCopy({ at, marker }: Upload): boolean {
  return marker?.waited === true && !isPending(at);
}

/**
 * Whether an earlier upload to the same place has ended, and so is gone from there: COS then has nothing that must not be
 * overwritten. What was accepted at its own key is still there.
 */
function hasEnded(at: string, { ended }: Markers): boolean {
  return isPending(at) ? ended !== undefined : ended?.state === "rejected";
}

/** Its verdict was recorded by an invocation that removed or moved the object, and then did not finish. */
function unfinished(at: string, markers: Markers): Marker | undefined {
  const marker = isPending(at) ? markers.ended : markerOfAbsent(markers);
  if (marker?.state === "accepted") return marker.waited === true ? marker : undefined;
  return marker?.state === "rejected" ? marker : undefined;
}

/** The rules by which a key can have been made: their prefix, and an extension that they take. */
function rulesFor(key: string, { all }: Rules): NamedRule[] {
  const ext = extensionOf(key);
  const under = all.filter(({ prefix }) => key.startsWith(`${prefix}/`));
  const longest = Math.max(...under.map(({ prefix }) => prefix.length));
  const nearest = under.filter(({ prefix }) => prefix.length === longest);
  const taking = nearest.filter(({ types }) => Object.hasOwn(types, ext));
  // A size that no rule allows still belongs to these rules, to be refused.
  return taking.length > 0 ? taking : nearest.slice(0, 1);
}

/** Of a key, in lower case; empty for none. */
export function extensionOf(key: string): string {
  return /\.([A-Za-z0-9]{1,10})$/.exec(key)?.[1]?.toLowerCase() ?? "";
}

function describe(
  key: string,
  headers: IncomingHttpHeaders | undefined,
  rules: readonly NamedRule[],
): { file: StoredFile; rule: NamedRule } {
  const stored = headers === undefined ? NOTHING_KNOWN : storedIn(headers);
  // Of rules that share prefix and extension, the one that allows this size: which one it was is not recorded.
  const rule = rules.find((one) => stored.size <= maxBytesInParts(one)) ?? rules[0];
  if (rule === undefined) throw new TypeError("A file without a rule.");
  const user = userOf(key, rule);
  const name = nameIn(headers?.["content-disposition"]);
  return {
    rule,
    file: {
      key,
      ...(user !== undefined && { user }),
      ...stored,
      rule: rule.name,
      ...(name !== undefined && { name }),
      meta: metaIn(headers ?? {}),
    },
  };
}

/** The user's segment, in a key of the form that `newKey` makes. */
function userOf(key: string, { prefix }: NamedRule): string | undefined {
  return /^([^/]+)\/\d{8}\/[^/]+$/.exec(key.slice(prefix.length + 1))?.[1];
}

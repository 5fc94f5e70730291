import { CosError, invalidArgument } from "../http/errors.ts";
import { restoredLater } from "../restored-later.ts";
import { inOneZone } from "../store/storage-class.ts";
import type { Restoration, StoredObject } from "../store/stored-object.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import { changeObject } from "./lib/change-object.ts";
import { findObject } from "./lib/find-object.ts";
import type { SignedOperation } from "./operation.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MAX_DAYS = 365;

/** The longest time that a restoration takes, by storage class and Tier. */
const TIMES: Readonly<Record<string, ReadonlyMap<string, number>>> = {
  ARCHIVE: new Map([
    ["Expedited", 5 * MINUTE_MS],
    ["Standard", 5 * HOUR_MS],
    ["Bulk", 12 * HOUR_MS],
  ]),
  DEEP_ARCHIVE: new Map([
    ["Standard", 24 * HOUR_MS],
    ["Bulk", 48 * HOUR_MS],
  ]),
};

/**
 * POST Object restore, https://cloud.tencent.com/document/product/436/12633: 202, and once the time is over, by the
 * emulator's clock, the object can be read for the given number of days. If it can be read already, 200, and the days
 * start again. The code for an object that is not archived is the one that the page of errors (436/7730) has for it.
 */
export const restoreObject: SignedOperation = {
  action: "name/cos:RestoreObject",
  on: "object",
  async run({ service, request }) {
    timesOf(findObject(service, request));
    const asked = parseRestoreRequest(await readConfiguration(request));
    const now = service.clock();
    const object = await changeObject(service, request, (before) => ({
      restoration: restorationOf(before, asked, now),
    }));
    const { restoration, key, versionId } = object;
    if (restoration !== undefined && restoration.ready <= now) return { status: 200 };
    const isVersioned = service.settings.get("versioning") !== undefined;
    const change = { event: "cos:ObjectRestore:Post", key, ...(isVersioned && { versionId }) } as const;
    return { status: 202, changes: [change, ...restoredLater(service, object)] };
  },
};

interface Asked {
  readonly days: number;
  readonly tier: string;
}

/**
 * When the object can be read, once this was asked for.
 *
 * @throws {CosError} RestoreNonArchiveObject, RestoreAlreadyInProgress; InvalidArgument for a tier it does not have
 */
function restorationOf(object: StoredObject, { days, tier }: Asked, now: number): Restoration {
  const { storageClass, restoration } = object;
  const times = timesOf(object);
  const time = times.get(tier);
  if (time === undefined) throw invalid(`${storageClass} has the tiers ${[...times.keys()].join(", ")}`);
  if (restoration !== undefined && now < restoration.ready) {
    throw new CosError("RestoreAlreadyInProgress", "Object restore is already in progress.");
  }
  const isReadable = restoration !== undefined && now < restoration.until;
  const ready = isReadable ? restoration.ready : now + time;
  return { ready, until: (isReadable ? now : ready) + days * DAY_MS, request: { tier, time: now } };
}

/** @throws {CosError} RestoreNonArchiveObject */
function timesOf({ storageClass }: StoredObject): ReadonlyMap<string, number> {
  const times = TIMES[inOneZone(storageClass)];
  if (times !== undefined) return times;
  throw new CosError("RestoreNonArchiveObject", "The object is not archived.", {
    reason: `the object is in ${storageClass} and needs no restoration`,
  });
}

function parseRestoreRequest(text: string): Asked {
  const root = parseXml(text, "RestoreRequest", new Set());
  const days = String(xmlField(root, "Days") ?? "");
  if (!/^\d{1,4}$/.test(days)) throw malformedXml("it has no Days");
  if (Number(days) < 1 || Number(days) > MAX_DAYS) throw invalid(`Days must be 1 to ${MAX_DAYS}`);
  return {
    days: Number(days),
    tier: String(xmlField(xmlField(root, "CASJobParameters"), "Tier") ?? "Standard"),
  };
}

function invalid(reason: string): CosError {
  return invalidArgument(`the restoration: ${reason}`);
}

import { randomBytes } from "node:crypto";
import type { NamedRule } from "../../../shared/object/rule.ts";
import { rules } from "../../../shared/object/rules.ts";
import { type NewObject, newObject } from "../../../shared/upload/new-object.ts";

/** Almost every table of rules has one of these extensions. If not, the probe uses its own rule. */
const LIKELY_EXTENSIONS = ["jpg", "png", "txt", "pdf", "mp4", "mp3"];

const OWN_RULE: NamedRule = {
  name: "doctor",
  types: { txt: ["text/plain"] },
  maxBytes: 1024,
  prefix: "uploads",
};

/**
 * A new object as an existing rule would make it, under `<prefix>/doctor/`, so that permissions that are limited to the
 * rules' prefixes cover it.
 */
export function newProbe(now: number): NewObject {
  const ext = LIKELY_EXTENSIONS.find((name) => rules.forExtension(name) !== undefined) ?? "txt";
  const rule = rules.forExtension(ext) ?? OWN_RULE;
  const defaultType = new Map(Object.entries(rule.types)).get(ext)?.[0] ?? "text/plain";
  return newObject({ rule, ext, defaultType, pinned: {}, metadata: {} }, { user: "doctor" }, now);
}

export function probeContent(): Buffer {
  return Buffer.from(`cos-direct-upload doctor ${randomBytes(16).toString("hex")}\n`);
}

import { defineRules } from "../../../shared/object/rule.ts";

/** A rule of each kind that a check makes a difference to. */
const IMAGES = { jpg: ["image/jpeg"], png: ["image/png"], webp: ["image/webp"] } as const;
const MB = 1_000_000;

export const rules = defineRules({
  /** Waits for its check. */
  photo: { types: IMAGES, maxBytes: 20 * MB, prefix: "photos", check: "before" },
  /** Says nothing: what MEDIA_CHECK makes of it. */
  plain: {
    types: { ...IMAGES, pdf: ["application/pdf"] },
    maxBytes: 20 * MB,
    prefix: "plain",
    onlyByName: true,
    keepRejected: true,
  },
  /** Accepts what no check decides on. */
  lenient: {
    types: IMAGES,
    maxBytes: 20 * MB,
    prefix: "lenient",
    check: "after",
    undecided: "accept",
    onlyByName: true,
  },
  /** Nothing here checks these, and nobody accepts them either. */
  document: { types: { pdf: ["application/pdf"] }, maxBytes: MB, prefix: "documents", check: "before" },
  /** Is not checked. */
  free: { types: IMAGES, maxBytes: MB, prefix: "free", check: "none", onlyByName: true },
});

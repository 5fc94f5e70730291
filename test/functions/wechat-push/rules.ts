import { defineRules } from "../../../shared/object/rule.ts";

/** One rule of each kind that a check treats differently. */
const IMAGES = { jpg: ["image/jpeg"], png: ["image/png"], webp: ["image/webp"] } as const;
const MB = 1_000_000;

export const rules = defineRules({
  /** Must pass its check first. */
  photo: { types: IMAGES, maxBytes: 20 * MB, prefix: "photos", check: "before" },
  /** Has no `check`: MEDIA_CHECK's default applies. */
  plain: {
    types: { ...IMAGES, pdf: ["application/pdf"] },
    maxBytes: 20 * MB,
    prefix: "plain",
    onlyByName: true,
    keepRejected: true,
  },
  /** Accepts files that no check could decide on. */
  lenient: {
    types: IMAGES,
    maxBytes: 20 * MB,
    prefix: "lenient",
    check: "after",
    undecided: "accept",
    onlyByName: true,
  },
  /** Nothing here can check these, and they are not accepted without a check either. */
  document: { types: { pdf: ["application/pdf"] }, maxBytes: MB, prefix: "documents", check: "before" },
  /** Must pass its check first, and each signature is for one upload. */
  once: {
    types: IMAGES,
    maxBytes: MB,
    prefix: "once",
    check: "before",
    forbidOverwrite: true,
    onlyByName: true,
  },
  /** Is not checked. */
  free: { types: IMAGES, maxBytes: MB, prefix: "free", check: "none", onlyByName: true },
});

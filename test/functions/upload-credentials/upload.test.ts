import { expect, test } from "vitest";
import { renewals } from "../../../functions/upload-credentials/renewal.ts";
import { readUpload } from "../../../functions/upload-credentials/upload.ts";
import { readEvent } from "../../../shared/http/request.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { BUCKET, RULE, serviceOf } from "../../support/signing.ts";

test("each parameter of a renewal has at most 1000 characters", () => {
  const service = { ...serviceOf().service, renewals: renewals("a secret", BUCKET.bucket, 3600) };
  const read = (renewal: string) =>
    readUpload(
      readEvent({ queryString: { key: "uploads/20261127/1.jpg", rule: "photo", renewal } }),
      { user: undefined },
      service,
      0,
    );
  expect(() => read("a".repeat(1000))).toThrow("renewed only for the caller who got them");
  expect(() => read("a".repeat(1001))).toThrow("each be given once, unchanged");
});

test("attack: credentials that can overwrite, for a rule that forbids it, are neither issued nor renewed", () => {
  const once = { ...RULE, forbidOverwrite: true };
  const rules = defineRules({ once });
  const service = { ...serviceOf({ rules }).service, renewals: renewals("a secret", BUCKET.bucket, 3600) };
  const caller = { user: undefined };
  const begun = { key: "uploads/20261127/1.jpg", ruleName: "once", pinned: {}, renewableUntil: 9 };
  const renewal = service.renewals.proofFor(begun, caller);
  for (const queryString of [{ ext: "jpg" }, { key: begun.key, rule: "once", renewal }]) {
    expect(() => readUpload(readEvent({ queryString }), caller, service, 0)).toThrow(
      'The rule "once" forbids overwriting',
    );
  }
});

test.each([
  ["another user's", `uploads/${"b".repeat(32)}/20261127/1.jpg`],
  ["under another prefix", `backups/${"a".repeat(32)}/20261127/1.jpg`],
  ["a record's", `life/state/uploads/${"a".repeat(32)}/20261127/1.jpg/ended`],
])("attack: whoever has guessed the secret forges a renewal, for a key that is %s", (_, key) => {
  const rules = defineRules({ photo: RULE });
  const service = { ...serviceOf({ rules }).service, renewals: renewals("guessed", BUCKET.bucket, 3600) };
  const caller = { user: "a".repeat(32) };
  const read = (key: string) => {
    const begun = { key, ruleName: "photo", pinned: {}, renewableUntil: 9 };
    const queryString = { key, rule: "photo", renewal: service.renewals.proofFor(begun, caller) };
    return readUpload(readEvent({ queryString }), caller, service, 0);
  };
  expect(() => read(key)).toThrow("renewed only for the caller who got them");
  for (const place of ["", "pending/"]) {
    expect(read(`${place}uploads/${caller.user}/20261127/1.jpg`).isNew).toBe(false);
  }
});

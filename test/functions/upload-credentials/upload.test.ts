import { expect, test } from "vitest";
import { renewals } from "../../../functions/upload-credentials/renewal.ts";
import { readUpload } from "../../../functions/upload-credentials/upload.ts";
import { readEvent } from "../../../shared/http/request.ts";
import { serviceOf } from "../../support/signing.ts";

test("each parameter of a renewal has at most 1000 characters", () => {
  const service = { ...serviceOf().service, renewals: renewals("a secret", 3600) };
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

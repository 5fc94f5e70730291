import { describe, expect, test } from "vitest";
import { OWN_KEYS } from "../../deploy/own-keys.ts";
import { ownRole, productRoles } from "../../dev/roles.ts";
import { decide } from "../../packages/cos-emulator/src/cam/decide.ts";
import type { Policy } from "../../packages/cos-emulator/src/cam/policy.ts";
import { ACCOUNT_IDS, EMULATED_BUCKET } from "../../packages/cos-emulator/src/cloud/account.ts";
import { openRoles } from "../../packages/cos-emulator/src/cloud/roles.ts";
import { TEST_ACCOUNT } from "../support/account.ts";

const BUCKET = { name: "mine-1250000000", region: "ap-beijing" };
const open = async (given: Record<string, string> = {}) =>
  openRoles({ ...(await productRoles(ACCOUNT_IDS, BUCKET)), ...given });

function may(policy: Policy | undefined, action: string, resource: string): boolean {
  return policy !== undefined && decide(policy, { action, resource, keys: new Map() }).allowed;
}

const object = (key: string, bucket = BUCKET) =>
  `qcs::cos:${bucket.region}:uid/1250000000:${bucket.name}/${key}`;
const role = (name: string) => `qcs::cam::uin/${TEST_ACCOUNT.ownerUin}:roleName/${name}`;

describe("by default", () => {
  test("cos-upload may do what deploy/policies allows, in the emulated bucket only", async () => {
    const upload = (await open()).get("cos-upload");
    expect(may(upload, "name/cos:PutObject", object("uploads/a.jpg"))).toBe(true);
    expect(may(upload, "name/cos:UploadPart", object("avatars/a.jpg"))).toBe(true);
    expect(may(upload, "name/cos:PutObject", object("elsewhere/a.jpg"))).toBe(false);
    expect(may(upload, "name/cos:PutObject", object("uploads/a.jpg", EMULATED_BUCKET))).toBe(false);
    expect(may(upload, "name/cos:DeleteObject", object("uploads/a.jpg"))).toBe(false);
    expect(may(upload, "sts:GetFederationToken", "*")).toBe(false);
  });

  test("cos-life may check and delete uploads, but upload nothing", async () => {
    const life = (await open()).get("cos-life");
    expect(may(life, "name/cos:DeleteObject", object("uploads/a.jpg"))).toBe(true);
    expect(may(life, "name/cos:PutObject", object("life/state/uploads/a.jpg/ended"))).toBe(true);
    expect(may(life, "name/cos:PutObject", object("uploads/a.jpg"))).toBe(false);
    expect(may(life, "name/cos:GetObject", object("elsewhere/a.jpg"))).toBe(false);
  });

  test("cos-objects may list and delete, but store nothing", async () => {
    const objects = (await open()).get("cos-objects");
    expect(may(objects, "name/cos:GetBucket", object("uploads/ann/"))).toBe(true);
    expect(may(objects, "name/cos:DeleteObject", object("avatars/a.jpg"))).toBe(true);
    expect(may(objects, "name/cos:DeleteObject", object("elsewhere/a.jpg"))).toBe(false);
    expect(may(objects, "name/cos:PutObject", object("uploads/a.jpg"))).toBe(false);
  });

  test("scf-execution may assume these roles and nothing else", async () => {
    const execution = (await open()).get("scf-execution");
    expect(may(execution, "sts:AssumeRole", role("cos-upload"))).toBe(true);
    expect(may(execution, "sts:AssumeRole", role("cos-objects"))).toBe(true);
    expect(may(execution, "sts:AssumeRole", role("cos-life"))).toBe(true);
    expect(may(execution, "sts:AssumeRole", role("scf-execution"))).toBe(false);
    expect(may(execution, "name/cos:PutObject", object("uploads/a.jpg"))).toBe(false);
  });
});

test("a given role replaces the default of the same name, or is added to the defaults", async () => {
  const text = '{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}';
  const roles = await open({ "cos-upload": text, admin: text });
  const names = ["admin", "cos-upload", ...OWN_KEYS.map(ownRole), "scf-execution"];
  expect([...roles.keys()].toSorted()).toEqual(names.toSorted());
  expect(may(roles.get("cos-upload"), "name/cos:DeleteObject", object("a"))).toBe(true);
});

test.each([
  ["a policy that is not JSON", { a: "{" }, "The role a: policy is not JSON"],
  ["a policy with a principal", { a: '{"version":"2.0","statement":[],"principal":{}}' }, "The role a: "],
  ["an invalid name", { "a/b": "{}" }, '"a/b" is not the name of a role'],
])("refuses %s by name", async (_, given, message) => {
  await expect(open(given)).rejects.toThrow(message);
});

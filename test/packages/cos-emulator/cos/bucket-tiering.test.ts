import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { ask, textsOf } from "./asking.ts";
import { startCos, type TestCos } from "./support.ts";

const older = { intelligenttiering: "" };
const all = { "intelligent-tiering": "" };
const named = (id: string) => ({ ...all, id });
const rule = (content: string) =>
  `<IntelligentTieringConfiguration>${content}</IntelligentTieringConfiguration>`;
const OLDER = rule("<Status>Enabled</Status><Transition><Days>60</Days></Transition>");
const tiering = (id: string, tier: string, days: number | string, status = "Enabled") =>
  rule(
    `<Id>${id}</Id><Status>${status}</Status><Filter><And><Prefix>a/</Prefix></And></Filter><Tiering><AccessTier>${tier}</AccessTier><Days>${days}</Days></Tiering>`,
  );

const put = (cos: TestCos, id: string, body: string) => ask(cos, "PUT", "", { query: named(id), body });
const listed = async (cos: TestCos) => textsOf(await ask(cos, "GET", "", { query: all }), "Id");

test("the rule default is put once, in its older form, and returned in both", async () => {
  const cos = await startCos();
  const before = await ask(cos, "GET", "", { query: older });
  expect(before.body.toString()).toContain(rule(""));
  const none = { status: 404, code: "IntelligentTieringConfigurationNotFoundError" };
  expect(await ask(cos, "GET", "", { query: named("default") })).toMatchObject(none);
  expect((await ask(cos, "PUT", "", { query: older, body: OLDER })).status).toBe(200);
  const told = await ask(cos, "GET", "", { query: older });
  expect([textsOf(told, "Days"), textsOf(told, "RequestFrequent")]).toEqual([["60"], ["1"]]);
  const newer = await ask(cos, "GET", "", { query: named("default") });
  expect([textsOf(newer, "AccessTier"), textsOf(newer, "Days")]).toEqual([["INFREQUENT"], ["60"]]);
  expect(await listed(cos)).toEqual(["default"]);
  const changed = [
    await ask(cos, "PUT", "", { query: older, body: OLDER }),
    await put(cos, "default", tiering("default", "INFREQUENT", 30)),
    await ask(cos, "DELETE", "", { query: named("default") }),
  ];
  for (const answer of changed) expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(changed.map(({ message }) => message)).toEqual([
    "Not support modify intelligent tiering configuration",
    "The default rule cannot be modified",
    "The default rule cannot be modified",
  ]);
});

test("rules for archives can be put, read, listed, replaced and removed, and survive a restart", async () => {
  const cos = await startCos();
  const file = join(cos.directory, "bucket.json");
  const first = await startCos({ settings: await BucketSettings.open(file) });
  const archive = tiering("archive", "ARCHIVE_ACCESS", 90);
  expect((await put(first, "archive", archive)).status).toBe(200);
  expect((await put(first, "deep", tiering("deep", "DEEP_ARCHIVE_ACCESS", 180))).status).toBe(200);
  expect((await put(first, "deep", tiering("deep", "DEEP_ARCHIVE_ACCESS", 200))).status).toBe(200);
  const again = await startCos({ settings: await BucketSettings.open(file) });
  expect((await ask(again, "GET", "", { query: named("archive") })).body.toString()).toBe(archive);
  const list = await ask(again, "GET", "", { query: all });
  expect(list.body.toString()).toContain("<ListBucketIntelligentTieringConfigurationsOutput>");
  expect(textsOf(list, "Days")).toEqual(["90", "200"]);
  expect(textsOf(list, "Prefix")).toEqual(["a/", "a/"]);
  expect((await ask(again, "DELETE", "", { query: named("deep") })).status).toBe(204);
  expect((await ask(again, "DELETE", "", { query: named("deep") })).status).toBe(204);
  expect(await listed(again)).toEqual(["archive"]);
});

describe("refused, and nothing changes:", () => {
  test.each([
    ["no XML", "x", "MalformedXML"],
    ["no status", rule("<Transition><Days>30</Days></Transition>"), "MalformedXML"],
    ["no transition", rule("<Status>Enabled</Status>"), "MalformedXML"],
    ["40 days", OLDER.replace("60", "40"), "InvalidArgument"],
    [
      "another frequency",
      OLDER.replace("</Days>", "</Days><RequestFrequent>2</RequestFrequent>"),
      "InvalidArgument",
    ],
  ])("the rule default with %s", async (_, body, code) => {
    const cos = await startCos();
    expect(await ask(cos, "PUT", "", { query: older, body })).toMatchObject({ status: 400, code });
    expect(await listed(cos)).toEqual([]);
  });

  test.each([
    ["no Id", tiering("", "ARCHIVE_ACCESS", 90), "MalformedXML"],
    ["another Id than the query's", tiering("other", "ARCHIVE_ACCESS", 90), "InvalidArgument"],
    ["an Id with a slash", tiering("a/b", "ARCHIVE_ACCESS", 90), "InvalidArgument"],
    ["no tier", rule("<Id>a</Id><Status>Enabled</Status>"), "MalformedXML"],
    ["another status", tiering("a", "ARCHIVE_ACCESS", 90, "On"), "MalformedXML"],
    ["the tier of the rule default", tiering("a", "INFREQUENT", 30), "InvalidArgument"],
    ["no days", tiering("a", "ARCHIVE_ACCESS", ""), "InvalidArgument"],
  ])("a rule with %s", async (_, body, code) => {
    const cos = await startCos();
    expect(await put(cos, "a", body)).toMatchObject({ status: 400, code });
    expect(await listed(cos)).toEqual([]);
  });

  test("a rule that the query does not name", async () => {
    const cos = await startCos();
    const answer = await ask(cos, "PUT", "", { query: all, body: tiering("a", "ARCHIVE_ACCESS", 90) });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  });

  test("the rule default with an archive's tier", async () => {
    const cos = await startCos();
    const answer = await put(cos, "default", tiering("default", "ARCHIVE_ACCESS", 90));
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  });
});

test("each operation needs its own permission", async () => {
  const cos = await startCos();
  const credential = cos.issue("name/cos:PutObject", "*");
  for (const [method, query] of [
    ["GET", older],
    ["PUT", older],
    ["GET", all],
    ["GET", named("a")],
    ["PUT", named("a")],
    ["DELETE", named("a")],
  ] as const) {
    const sent = { query, credential, ...(method === "PUT" && { body: OLDER }) };
    expect(await ask(cos, method, "", sent)).toMatchObject({ status: 403, code: "AccessDenied" });
  }
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { ask } from "./asking.ts";
import { BUCKET_HOST, startCos, type TestCos } from "./support.ts";

const OWN = BUCKET_HOST.split(".", 1)[0] ?? "";
const ROLE = "<Role>qcs::cam::uin/100000000001:uin/100000000001</Role>";
const DESTINATION = "<Destination><Bucket>qcs::cos:ap-chengdu::copies-1250000000</Bucket></Destination>";

const logging = (content: string) => `<BucketLoggingStatus>${content}</BucketLoggingStatus>`;
const logTo = (bucket: string) =>
  logging(
    `<LoggingEnabled><TargetBucket>${bucket}</TargetBucket><TargetPrefix>log/</TargetPrefix></LoggingEnabled>`,
  );
const accelerate = (content: string) => `<AccelerateConfiguration>${content}</AccelerateConfiguration>`;
const replication = (...rules: string[]) =>
  `<ReplicationConfiguration>${ROLE}${rules.join("")}</ReplicationConfiguration>`;
const copying = (content: string, destination = DESTINATION, status = "Enabled") =>
  `<Rule><Status>${status}</Status>${content}${destination}</Rule>`;
const prefix = (text: string) => `<Prefix>${text}</Prefix>`;
const tagged = "<Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>";
const HOST = "<HostInfo><HostName>www.example.com</HostName></HostInfo>";
const origin = (...rules: string[]) => `<OriginConfiguration>${rules.join("")}</OriginConfiguration>`;
const pulling = ({
  priority = "<RulePriority>1</RulePriority>",
  type = "Mirror",
  status = "404",
  parameter = "<OriginParameter><Protocol>HTTP</Protocol></OriginParameter>",
  hosts = HOST,
} = {}) =>
  `<OriginRule>${priority}<OriginType>${type}</OriginType><OriginCondition><HTTPStatusCode>${status}</HTTPStatusCode></OriginCondition>${parameter}<OriginInfo>${hosts}</OriginInfo></OriginRule>`;

/** A configuration that the bucket keeps: what to put, and the answer of a bucket that has none. */
interface Kept {
  readonly name: string;
  readonly body: string;
  readonly absent: { readonly status: number; readonly code: string } | { readonly empty: string };
  readonly refused: readonly (readonly [what: string, body: string, code: string])[];
  readonly alsoAccepted?: readonly string[];
}

const KEPT: readonly Kept[] = [
  {
    name: "logging",
    body: logTo(OWN),
    absent: { empty: "<BucketLoggingStatus></BucketLoggingStatus>" },
    refused: [
      ["another root", accelerate(""), "MalformedXML"],
      ["no target", logging("<LoggingEnabled/>"), "InvalidTargetBucketForLogging"],
      ["a target that does not exist", logTo("none-1250000000"), "InvalidTargetBucketForLogging"],
    ],
  },
  {
    name: "accelerate",
    body: accelerate("<Status>Enabled</Status><Type>COS</Type>"),
    absent: { empty: "<AccelerateConfiguration></AccelerateConfiguration>" },
    refused: [
      ["no status", accelerate(""), "MalformedXML"],
      ["another status", accelerate("<Status>On</Status>"), "MalformedXML"],
    ],
    alsoAccepted: [accelerate("<Status>Suspended</Status><Type>COS</Type>")],
  },
  {
    name: "replication",
    body: replication(copying(`<ID>1</ID>${prefix("a/")}`), copying(`<ID>2</ID>${prefix("b/")}`)),
    absent: { status: 404, code: "ReplicationConfigurationNotFoundError" },
    refused: [
      ["no role", replication(copying(prefix(""))).replace(ROLE, ""), "MalformedXML"],
      ["no rule", replication(), "MalformedXML"],
      ["a rule without a destination", replication(copying(prefix(""), "")), "MalformedXML"],
      ["another status", replication(copying(prefix(""), DESTINATION, "On")), "MalformedXML"],
      ["an invalid role", replication(copying(prefix(""))).replace("uin", "user"), "InvalidArgument"],
      [
        "a destination that is not a bucket",
        replication(copying(prefix(""), "<Destination><Bucket>copies</Bucket></Destination>")),
        "InvalidArgument",
      ],
      [
        "an unknown storage class",
        replication(copying(prefix("")).replace("</Bucket>", "</Bucket><StorageClass>Cold</StorageClass>")),
        "InvalidArgument",
      ],
      ["prefixes that overlap", replication(copying(prefix("a")), copying(prefix("ab"))), "InvalidArgument"],
      [
        "a repeated ID",
        replication(copying(`<ID>1</ID>${prefix("a")}`), copying(`<ID>1</ID>${prefix("b")}`)),
        "InvalidArgument",
      ],
      [
        "a priority in only one of two rules",
        replication(copying(`<Priority>1</Priority>${prefix("a")}`), copying(prefix("b"))),
        "InvalidArgument",
      ],
      ["a priority of 0", replication(copying(`<Priority>0</Priority>${prefix("a")}`)), "InvalidArgument"],
      ["tags without delete markers switched off", replication(copying(tagged)), "InvalidArgument"],
    ],
    alsoAccepted: [
      replication(copying("")),
      replication(
        copying(`${tagged}<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>`),
      ),
      replication(
        copying(`<Priority>1</Priority>${prefix("a")}`),
        copying(`<Priority>2</Priority>${prefix("a")}`),
      ),
    ],
  },
  {
    name: "origin",
    body: origin(pulling()),
    absent: { status: 404, code: "OriginConfigurationNotFoundError" },
    refused: [
      ["no rule", origin(), "MalformedXML"],
      ["no priority", origin(pulling({ priority: "" })), "MalformedXML"],
      ["no parameter", origin(pulling({ parameter: "" })), "MalformedXML"],
      ["no host", origin(pulling({ hosts: "" })), "MalformedXML"],
      ["a host without a name", origin(pulling({ hosts: "<HostInfo/>" })), "MalformedXML"],
      ["another type", origin(pulling({ type: "Copy" })), "InvalidArgument"],
      ["a repeated priority", origin(pulling(), pulling()), "InvalidArgument"],
      ["a mirror for 403", origin(pulling({ status: "403" })), "InvalidArgument"],
      ["a redirect for 200", origin(pulling({ type: "Redirect", status: "200" })), "InvalidArgument"],
      [
        "a redirect to two hosts",
        origin(pulling({ type: "Redirect", hosts: HOST + HOST })),
        "InvalidArgument",
      ],
      [
        "another protocol",
        origin(pulling({ parameter: "<OriginParameter><Protocol>FTP</Protocol></OriginParameter>" })),
        "InvalidArgument",
      ],
    ],
    alsoAccepted: [
      origin(pulling({ hosts: HOST + HOST })),
      origin(pulling({ type: "Redirect", status: "503" })),
    ],
  },
];

async function startVersioned(): Promise<TestCos> {
  const cos = await startCos();
  const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await ask(cos, "PUT", "", { query: { versioning: "" }, body });
  return cos;
}

async function expectAbsent(cos: TestCos, { name, absent }: Kept): Promise<void> {
  const answer = await ask(cos, "GET", "", { query: { [name]: "" } });
  if ("empty" in absent) {
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain(absent.empty);
  } else expect(answer).toMatchObject(absent);
}

describe.each(KEPT.map((kept) => [kept.name, kept] as const))("?%s", (name, kept) => {
  const query = { [name]: "" };

  test("returns what was put, even after a restart", async () => {
    const cos = await startVersioned();
    await expectAbsent(cos, kept);
    for (const body of [...(kept.alsoAccepted ?? []), kept.body]) {
      expect((await ask(cos, "PUT", "", { query, body })).status).toBe(200);
      expect((await ask(cos, "GET", "", { query })).body.toString()).toContain(body);
    }
    const file = join(cos.directory, "bucket.json");
    const first = await startCos({ settings: await BucketSettings.open(file) });
    const versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await ask(first, "PUT", "", { query: { versioning: "" }, body: versioning });
    await ask(first, "PUT", "", { query, body: kept.body });
    const again = await startCos({ settings: await BucketSettings.open(file) });
    expect((await ask(again, "GET", "", { query })).body.toString()).toContain(kept.body);
  });

  test.each([["text that is not XML", "x", "MalformedXML"] as const, ...kept.refused])(
    "is refused, and changes nothing: %s",
    async (_, body, code) => {
      const cos = await startVersioned();
      expect(await ask(cos, "PUT", "", { query, body })).toMatchObject({ status: 400, code });
      await expectAbsent(cos, kept);
    },
  );

  test("needs its own rights", async () => {
    const cos = await startVersioned();
    const credential = cos.issue("name/cos:PutBucketVersioning", "*");
    for (const method of ["GET", "PUT"] as const) {
      const sent = { query, credential, ...(method === "PUT" && { body: kept.body }) };
      expect(await ask(cos, method, "", sent)).toMatchObject({ status: 403, code: "AccessDenied" });
    }
    await expectAbsent(cos, kept);
  });
});

test.each(["replication", "origin"])("DELETE ?%s removes it, and needs its own right", async (name) => {
  const cos = await startVersioned();
  const kept = KEPT.find((one) => one.name === name);
  if (kept === undefined) throw new Error(name);
  const query = { [name]: "" };
  await ask(cos, "PUT", "", { query, body: kept.body });
  const credential = cos.issue("name/cos:DeleteObject", "*");
  expect(await ask(cos, "DELETE", "", { query, credential })).toMatchObject({ code: "AccessDenied" });
  expect((await ask(cos, "DELETE", "", { query })).status).toBe(204);
  await expectAbsent(cos, kept);
  expect((await ask(cos, "DELETE", "", { query })).status).toBe(204);
});

test("PUT ?logging without LoggingEnabled turns logging off", async () => {
  const cos = await startCos();
  const query = { logging: "" };
  await ask(cos, "PUT", "", { query, body: logTo(OWN) });
  expect((await ask(cos, "PUT", "", { query, body: logging("") })).status).toBe(200);
  const answer = await ask(cos, "GET", "", { query });
  expect(answer.body.toString()).toContain("<BucketLoggingStatus></BucketLoggingStatus>");
});

test("PUT ?replication answers 409 InvalidBucketState for a bucket without versioning", async () => {
  const cos = await startCos();
  const sent = { query: { replication: "" }, body: replication(copying(prefix(""))) };
  expect(await ask(cos, "PUT", "", sent)).toMatchObject({ status: 409, code: "InvalidBucketState" });
});

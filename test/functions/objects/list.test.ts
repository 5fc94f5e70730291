import { expect, test } from "vitest";
import { list } from "../../../functions/objects/list.ts";
import { objectsService } from "../../../functions/objects/service.ts";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

/** Lists ann's objects, of which there are none. @returns how many COS was asked for, and for how long STS was trusted */
async function listed(parameters: Readonly<Record<string, string>>) {
  const most: (string | undefined)[] = [];
  const lives: number[] = [];
  const service = {
    ...objectsService({ ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET }),
    authorize: async () => ({ user: "ann" }),
    sts: {
      credentialFor: async () => TEST_CREDENTIAL,
      async credentialsFor<T>(items: readonly T[], _: unknown, seconds: number) {
        lives.push(seconds);
        return items.map((item) => ({ item, credential: TEST_CREDENTIAL }));
      },
    },
    cos: {
      async call({ query }: CosRequest) {
        most.push(query?.["max-keys"]);
        return { status: 200, headers: {}, body: Buffer.from("<ListBucketResult></ListBucketResult>") };
      },
    },
  };
  const query = new Map(Object.entries(parameters).map(([name, value]) => [name, [value]]));
  const request = { method: "GET", path: "/objects", headers: new Map(), query, body: "" };
  await list(request, service, new Invocation({}));
  return { most: new Set(most), lives };
}

test.each<[Readonly<Record<string, string>>, string]>([
  [{}, "100"],
  [{ limit: "1" }, "1"],
  [{ limit: "1000" }, "1000"],
  [{ details: "true" }, "100"],
  [{ details: "true", limit: "100" }, "100"],
])("of %j, COS is asked for %s", async (parameters, most) => {
  // SCF ends an invocation after 900 seconds at most.
  expect(await listed(parameters)).toEqual({ most: new Set([most]), lives: [900] });
});

test.each([{ limit: "0" }, { limit: "1001" }, { details: "true", limit: "101" }])(
  "%j is refused",
  async (parameters) => {
    await expect(listed(parameters)).rejects.toMatchObject({ status: 400, code: "InvalidParameter" });
  },
);

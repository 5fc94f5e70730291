import { expect, test } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { open, openEach } from "../../../shared/life/open.ts";
import { type LifeService, lifeService } from "../../../shared/life/service.ts";
import type { Grant } from "../../../shared/sts/session-policy.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { CREDENTIAL } from "../../support/signing.ts";

const service: LifeService = {
  ...lifeService(TEST_ENV),
  sts: {
    credentialFor: async () => CREDENTIAL,
    credentialsFor: async (items) => items.map((item) => ({ item, credential: CREDENTIAL })),
  },
  cos: { call: async () => ({ status: 200, headers: {}, body: Buffer.alloc(0) }) },
};
const grant = (key: string, action: string): Grant => ({ key, permissions: [{ actions: [action] }] });

test("two grants for one key are refused, since the one would have the credential of the other", async () => {
  const grants = [grant("a", "HeadObject"), grant("b", "GetObject"), grant("a", "DeleteObject")];
  await expect(openEach(grants, service, new Invocation({}))).rejects.toThrow("Two grants for one key.");
});

test("a key that nothing was granted for is refused", async () => {
  const cos = await openEach([grant("a", "HeadObject")], service, new Invocation({}));
  expect(await cos({ method: "HEAD", key: "a" })).toMatchObject({ status: 200 });
  await expect(cos({ method: "HEAD", key: "b" })).rejects.toThrow("nothing was granted");
});

// SCF ends an invocation after 900 seconds at most (https://cloud.tencent.com/document/product/583/11637).
test("a credential lasts as long as the longest invocation", async () => {
  const seconds: number[] = [];
  const sts: LifeService["sts"] = {
    credentialFor: async (_, life) => {
      seconds.push(life);
      return CREDENTIAL;
    },
    credentialsFor: async (items, _, life) => {
      seconds.push(life);
      return items.map((item) => ({ item, credential: CREDENTIAL }));
    },
  };
  await open([grant("a", "HeadObject")], { ...service, sts }, new Invocation({}));
  await openEach([grant("a", "HeadObject")], { ...service, sts }, new Invocation({}));
  expect(seconds).toEqual([900, 900]);
});

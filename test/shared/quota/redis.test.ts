import { expect, test } from "vitest";
import { connect } from "../../../shared/quota/redis.ts";

test("a Redis that cannot be reached is reported with the reason, not with the client's own error", async () => {
  const run = connect("redis://127.0.0.1:1");
  await expect(run("return 1", [], [])).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

import { expect, test } from "vitest";
import { endingOf, groupsOf } from "../../../tools/cos-suite/results.ts";
import type { SuiteMessage } from "../../../tools/cos-suite/suite.ts";

async function group(messages: readonly SuiteMessage[], refusals: readonly string[] = []) {
  const told = async function* () {
    yield { type: "group", title: "copy", count: messages.length } as const;
    yield* messages;
  };
  for await (const result of groupsOf(told(), () => refusals)) return result;
  throw new Error("no group");
}

const fail = (title: string): SuiteMessage => ({ type: "fail", title, error: "no" });

test.each([
  ["501", ["cos PUT / 501 NotImplemented: PUT ?logging is not emulated"], ["example.com"]],
  ["network", ["cos GET / 404 NoSuchBucket"], ["example.com"]],
  ["fail", ["cos GET / 404 NoSuchBucket"], []],
])("a failed case ends with %s", async (ending, refusals, hosts) => {
  const elsewhere = hosts.map((host) => ({ type: "elsewhere", host }) as const);
  const { failed } = await group([...elsewhere, fail("a")], refusals);
  expect(failed.map(endingOf).slice(0, 1)).toEqual([ending]);
});

test("a host that one case requested does not count for the next", async () => {
  const { passed, failed } = await group([
    { type: "elsewhere", host: "example.com" },
    { type: "pass", title: "a" },
    fail("b"),
  ]);
  expect(passed).toBe(1);
  expect(failed.map(endingOf)[0]).toBe("fail");
});

test("a case that fails after it has passed counts as failed, and another of the same title as passed", async () => {
  const { passed, failed } = await group([
    { type: "pass", title: "a" },
    { type: "pass", title: "a" },
    fail("a"),
  ]);
  expect([passed, failed[0]?.title]).toEqual([1, "a"]);
});

test("cases that were not run are reported", async () => {
  const told = async function* () {
    yield { type: "group", title: "copy", count: 3 } as const;
    yield { type: "pass", title: "a" } as const;
  };
  const results: unknown[] = [];
  for await (const { passed, failed } of groupsOf(told(), () => [])) {
    results.push([passed, failed.map(({ error }) => error)]);
  }
  expect(results).toEqual([[1, ["2 cases were not run"]]]);
});

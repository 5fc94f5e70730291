// The parts of @jest/globals that cos-js-sdk-v5's test/test.js uses, for a page. The groups are collected while the file
// loads, and run when runSuite is called. The harness provides tellSuite.

/** @type {{ title: string, cases: { title: string, run: Function }[] }[]} */
const groups = [];

export const jest = { setTimeout() {} };

export function describe(title, define) {
  groups.push({ title, cases: [] });
  try {
    define();
  } catch (error) {
    test("the definition of the group", () => {
      throw error;
    });
  }
}

export function test(title, run) {
  groups.at(-1).cases.push({ title, run });
}

export function expect(actual) {
  const check = (holds, what) => {
    if (!holds) throw new Error(`expected ${what}, got ${String(actual)}`);
  };
  return {
    toBe: (expected) => check(Object.is(actual, expected), String(expected)),
    toBeTruthy: () => check(actual, "something true"),
    toBeInstanceOf: (kind) => check(actual instanceof kind, `a ${kind.name}`),
    toBeGreaterThanOrEqual: (least) => check(actual >= least, `at least ${least}`),
  };
}

/** Fails the running case, wherever the error was thrown. */
let fail = () => {};
addEventListener("error", ({ error, message }) => fail(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => fail(reason));

globalThis.runSuite = async ({ only, timeoutMs }) => {
  for (const { title, cases } of groups.filter((group) => group.title.includes(only))) {
    await globalThis.tellSuite({ type: "group", title, count: cases.length });
    for (const { title, run } of cases) {
      const error = await errorOf(run, timeoutMs);
      await globalThis.tellSuite(
        error === undefined ? { type: "pass", title } : { type: "fail", title, error },
      );
    }
  }
  await globalThis.tellSuite();
};

/** A case ends when its promise settles, or, if it has a parameter, when it calls that. */
function errorOf(run, timeoutMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`not done after ${timeoutMs / 1000} s`), timeoutMs);
    fail = (error) => resolve(String(error?.message ?? error));
    const promise = new Promise((done, refuse) => {
      const result = run(run.length > 0 ? done : undefined);
      if (run.length === 0) Promise.resolve(result).then(done, refuse);
      else Promise.resolve(result).catch(refuse);
    });
    promise.then(() => resolve(undefined), fail).finally(() => clearTimeout(timer));
  });
}

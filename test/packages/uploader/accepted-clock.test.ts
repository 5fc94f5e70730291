import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { accepted } from "../../../packages/uploader/src/accepted.ts";
import { createUploader } from "../../../packages/uploader/src/index.ts";
import { errorOf } from "./error-of.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

interface Option {
  readonly url: string;
  readonly success: (answer: object) => void;
}

/** How often the service was asked for the state. */
let asked = 0;

/** A phone whose clock is set while the service checks the file: when it is first asked for the state. */
function phoneWithClockSet(byMs: number, states: readonly string[]): void {
  const left = [...states];
  asked = 0;
  const ticket = { cosKey: "uploads/1.jpg", method: "POST", url: "https://b.example.com/", fields: {} };
  const answer = (data: object) => ({ statusCode: 200, data });
  vi.stubGlobal("wx", {
    request({ url, success }: Option) {
      if (!url.includes("upload-status")) {
        setImmediate(() => success(answer(ticket)));
        return;
      }
      asked += 1;
      const state = left.length > 1 ? left.shift() : left[0];
      setImmediate(() => {
        vi.spyOn(Date, "now").mockReturnValue(performance.timeOrigin + performance.now() + byMs);
        success(answer({ state }));
      });
    },
    uploadFile: ({ success }: Option) => setImmediate(() => success(answer({}))),
  });
}

const until = (acceptTimeoutMs: number) =>
  createUploader({ endpoint: "https://f.example.com", acceptTimeoutMs }).upload("wxfile://a.jpg", {
    until: accepted,
  });

/** A device that gets its time late: https://github.com/lysine-dev/okhttp/issues/3180 */
describe("setting a phone's clock during the wait", () => {
  test("an hour ahead does not end it", async () => {
    phoneWithClockSet(3600_000, ["checking", "accepted"]);
    expect((await until(30_000)).key).toBe("uploads/1.jpg");
  });

  test("an hour back does not prolong it", async () => {
    phoneWithClockSet(-3600_000, ["checking"]);
    expect(await errorOf(until(100))).toMatchObject({ kind: "timeout", code: "Timeout" });
  });
});

test("the service is asked once a second", async () => {
  phoneWithClockSet(0, ["checking", "checking", "accepted"]);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const settled = async () => {
    for (let i = 0; i < 50; i += 1) await new Promise(setImmediate);
    return asked;
  };
  const uploaded = until(30_000);
  expect(await settled()).toBe(1);
  for (const second of [1, 2]) {
    vi.advanceTimersByTime(999);
    expect(await settled()).toBe(second);
    vi.advanceTimersByTime(1);
    expect(await settled()).toBe(second + 1);
  }
  expect((await uploaded).key).toBe("uploads/1.jpg");
});

test("without acceptTimeoutMs, the service has two minutes", async () => {
  phoneWithClockSet(0, ["checking"]);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const settled = async () => {
    for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
  };
  const isOver = vi.fn();
  const uploader = createUploader({ endpoint: "https://f.example.com" });
  const failed = errorOf(uploader.upload("wxfile://a.jpg", { until: accepted }));
  void failed.then(isOver);
  await settled();
  for (let second = 1; second < 120; second += 1) {
    vi.advanceTimersByTime(1000);
    await settled();
  }
  expect(isOver).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  await settled();
  expect(await failed).toMatchObject({ kind: "timeout", code: "Timeout" });
});

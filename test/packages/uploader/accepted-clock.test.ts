import { afterEach, describe, expect, test, vi } from "vitest";
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

/** A phone whose clock is set while the service checks the file: when it is first asked for the state. */
function phoneWithClockSet(byMs: number, states: readonly string[]): void {
  const left = [...states];
  const ticket = { cosKey: "uploads/1.jpg", method: "POST", url: "https://b.example.com/", fields: {} };
  const answer = (data: object) => ({ statusCode: 200, data });
  vi.stubGlobal("wx", {
    request({ url, success }: Option) {
      if (!url.includes("upload-status")) {
        setImmediate(() => success(answer(ticket)));
        return;
      }
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

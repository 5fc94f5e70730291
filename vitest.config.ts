import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { packagesAsBundled } from "./test/packages-as-bundled.ts";

/** Tests that put a stand-in in the place of a module with `vi.mock`, which no other file may get. */
const APART = [
  "test/functions/cert-watch/look.test.ts",
  "test/functions/cert-watch/webhook.test.ts",
  "test/functions/login/code2session.test.ts",
  "test/functions/uploaded.test.ts",
  "test/functions/wechat-push/checks.test.ts",
  "test/shared/auth/jwt.test.ts",
  "test/shared/auth/key-set.test.ts",
  "test/shared/life/settle.test.ts",
  "test/shared/quota/list-counter.test.ts",
  "test/shared/sts/sts.test.ts",
  "test/shared/sts/transport.test.ts",
  "test/shared/wechat/media-check.test.ts",
];

const COMMON = {
  // Tests that start processes and servers share two cores with everything else: what fails by time has got stuck.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  // What a test has put in a global's place is gone before the next.
  unstubGlobals: true,
  unstubEnvs: true,
};

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    // A third of the time a test waits, for a process or a clock. Two more at once than there are cores leave none idle
    // for long; the default is one fewer.
    maxWorkers: availableParallelism() + 2,
    projects: [
      {
        plugins: [packagesAsBundled],
        test: { ...COMMON, name: "apart", setupFiles: ["test/setup.ts"], include: APART },
      },
      // In processes that run one file after another, Node, the emulator and the SDKs are started once, not for each file.
      {
        plugins: [packagesAsBundled],
        test: {
          ...COMMON,
          name: "together",
          isolate: false,
          setupFiles: ["test/setup.ts", "test/no-mocks.ts"],
          include: ["test/**/*.test.ts"],
          exclude: APART,
        },
      },
    ],
  },
});

import { vi } from "vitest";

const refuse = () => {
  throw new Error(
    "A stand-in would stay for the files after this one: name this file in APART of vitest.config.ts.",
  );
};

/** For files that share a process: what one has put in a module's place, the next would get too. */
vi.mock = refuse;
vi.doMock = refuse;

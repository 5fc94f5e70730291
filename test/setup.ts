import fc from "fast-check";

/** The same inputs in every run, so that a failure comes from a change; FUZZ_SEED tries new ones. */
fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 20261123) });

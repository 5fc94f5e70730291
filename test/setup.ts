import fc from "fast-check";

/** The same inputs in every run, so that a failure is the change's; FUZZ_SEED looks for new ones. */
fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 20261123) });

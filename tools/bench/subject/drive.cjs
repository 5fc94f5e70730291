// Keeps a function warm in its own process, and has it answer the requested number of events.
const [, , file] = process.argv;
const { main_handler } = require(file);
const context = { request_id: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", time_limit_in_ms: 10_000 };

async function run({ requests, concurrency, event }) {
  let left = requests;
  const one = async () => {
    while (left-- > 0) {
      const { statusCode, body } = await main_handler(event, context);
      if (statusCode !== 200) throw new Error(`${statusCode} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

const commands = {
  async run(message) {
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    await run(message);
    const wallMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs, cpuMs: (user + system) / 1000 };
  },
  memory() {
    // Twice, since what the first collection frees may have kept other objects alive.
    gc();
    gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapBytes: heapUsed + external, rssBytes: rss };
  },
};

process.on("message", async (message) => {
  try {
    process.send(await commands[message.command](message));
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send("ready");

// A client of the emulator's functions that only calls put-sign. It is called like a function.
const { Agent, get } = require("node:http");

const agent = new Agent({ keepAlive: true });

exports.main_handler = () =>
  new Promise((resolve, reject) => {
    get(`${process.env.EMULATOR_URL}/put-sign?ext=jpg`, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve({ statusCode: response.statusCode, body: "" }));
    }).on("error", reject);
  });

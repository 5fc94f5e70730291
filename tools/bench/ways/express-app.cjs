// The plain way as in the official samples: an Express server.
const express = require("express");
const { sign } = require("./plain.cjs");

const app = express();
app.get("/put-sign", async (request, response) => {
  response.json(await sign(request.query.ext));
});
module.exports = app;

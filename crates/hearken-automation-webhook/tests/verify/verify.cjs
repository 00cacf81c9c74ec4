// Says of each message whether a JavaScript library takes it: that of Standard Webhooks, or Svix's with the `svix-*`
// headers only. Called with the library's folder; a JSON object a line comes in, `true` or `false` a line goes out.

const fs = require("node:fs");
const path = require("node:path");

const library = process.argv[2];
const { Webhook } = require(library);

function headersFor(headers) {
  if (path.basename(library) !== "svix") return headers;
  const names = ["svix-id", "svix-timestamp", "svix-signature"];
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

for (const line of fs.readFileSync(0, "utf8").split("\n")) {
  const message = JSON.parse(line);
  try {
    new Webhook(message.secret).verify(Buffer.from(message.body, "base64"), headersFor(message.headers));
    console.log("true");
  } catch {
    console.log("false");
  }
}

import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { Connect, Plugin } from "vite";

const FILE = resolve(import.meta.dirname, "../../src/segue/sound/gm.sf3");

const serve: Connect.NextHandleFunction = (request, response, next) => {
  if (request.url?.split("?")[0] !== "/sound/gm.sf3") {
    next();
    return;
  }
  response.setHeader("Content-Type", "application/octet-stream");
  createReadStream(FILE).pipe(response);
};

/** Gives out the package's soundfont where the studio's server would. */
export function soundfont(): Plugin {
  return {
    name: "segue-soundfont",
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
  };
}

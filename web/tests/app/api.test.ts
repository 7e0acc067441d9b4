import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Api } from "../../src/api/client.ts";
import { Refused, ServerGone } from "../../src/api/problems.ts";
import { EventParser, type ServerEvent } from "../../src/api/sse.ts";

describe("server-sent events", () => {
  const text = fc.string().map((words) => words.replace(/[\r\n\0]/g, " "));
  const events = fc.array(
    fc.record({ id: text, type: text, data: fc.array(text, { minLength: 1 }) }),
  );

  test("are the same, wherever the stream is cut, with any line ends", () => {
    fc.assert(
      fc.property(
        events,
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.nat(200)),
        (sent, end, cuts) => {
          const stream = sent
            .map(({ id, type, data }) =>
              [`id: ${id}`, `event: ${type}`, ": a comment", ...data.map((d) => `data: ${d}`), ""]
                .map((line) => line + end)
                .join(""),
            )
            .join("");
          const parser = new EventParser();
          const got: ServerEvent[] = [];
          let rest = stream;
          for (const cut of cuts) {
            got.push(...parser.take(rest.slice(0, cut)));
            rest = rest.slice(cut);
          }
          // A lone CR at the very end may still be half of CR LF.
          got.push(...parser.take(rest), ...parser.take(end === "\r" ? "\n" : ""));
          const wanted = sent.map(({ id, type, data }) => ({
            id,
            type: type || "message",
            data: data.join("\n"),
          }));
          expect(got).toEqual(wanted);
        },
      ),
    );
  });
});

describe("the client", () => {
  test("says a refusal in the server's words, and where", async () => {
    const error = { code: "bars", message: "bars must be in 1..32", field: "bars" };
    const api = new Api(async () => Response.json({ error }, { status: 422 }));
    const refused = await api.info().catch((reason: unknown) => reason);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ ...error, status: 422 });
  });

  test("copes with an answer that is not in the server's form", async () => {
    const api = new Api(async () => new Response("<html>", { status: 502 }));
    await expect(api.info()).rejects.toThrow(/502/);
  });

  test("distinguishes a missing answer from a refusal", async () => {
    const answers: boolean[] = [];
    const api = new Api(async () => {
      throw new TypeError("Failed to fetch");
    });
    api.onAnswer = (answered) => answers.push(answered);
    await expect(api.info()).rejects.toBeInstanceOf(ServerGone);
    expect(answers).toEqual([false]);
  });
});

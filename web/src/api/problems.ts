/** What can go wrong between page and server. */

/** The server refused; `message` is in plain words and says the way out. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly field: string | null;

  constructor(status: number, code: string, message: string, field: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** No answer at all: the server has ended, or the way to it is cut. */
export class ServerGone extends Error {
  override readonly name = "ServerGone";

  constructor(options?: ErrorOptions) {
    super("Segue's program does not answer.", options);
  }
}

/** The musician went on before the answer came: nothing is made of it, and nothing is to be said. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";

  constructor() {
    super("Something else was done before the answer came.");
  }
}

/** The error that a response stands for, in the server's form where it has one. */
export async function refusalOf(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => null);
  const error = fieldOf(body, "error");
  const message = fieldOf(error, "message");
  const code = fieldOf(error, "code");
  const field = fieldOf(error, "field");
  return new Refused(
    response.status,
    typeof code === "string" ? code : "unknown",
    typeof message === "string"
      ? message
      : `The studio's program answered with an error (${response.status}). Try again.`,
    typeof field === "string" ? field : null,
  );
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** The musician's pieces: which there are, opening one, beginning another, putting one away. */
import type { Api } from "../../api/client.ts";
import type { Followed, Info, Project, ProjectSummary } from "../../api/types.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";

/** Puts the piece that is found on the page. */
export type Open = (find: () => Promise<Project>) => Promise<void>;

/** What the shelf needs. */
export interface ShelfNeeds {
  readonly api: Api;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly open: Open;
  /** What the server said of itself; null before. */
  readonly info: () => Info | null;
}

const PROJECT_FILE = /\.segue$/i;

export class Shelf {
  projects = $state.raw<readonly ProjectSummary[]>([]);

  readonly #needs: ShelfNeeds;

  constructor(needs: ShelfNeeds) {
    this.#needs = needs;
  }

  /** The piece to begin with: that of last time, else the newest, else an example. */
  async firstOf(last: string): Promise<Project> {
    const { api } = this.#needs;
    const usable = this.projects.filter((project) => !project.problem);
    const known = usable.find(({ id }) => id === last) ?? usable[0];
    if (known !== undefined) return api.project(known.id);
    const example = this.#needs.info()?.examples[0];
    return api.create(example === undefined ? {} : { example: example.name });
  }

  async open(id: string): Promise<void> {
    await this.#open(() => this.#needs.api.project(id));
  }

  async openExample(name: string): Promise<void> {
    await this.#open(() => this.#needs.api.create({ example: name }));
  }

  async newPiece(): Promise<void> {
    await this.#open(() => this.#needs.api.create({}));
  }

  /** Open a file that came from elsewhere: MIDI, or a whole project. */
  async bring(name: string, file: Blob): Promise<void> {
    const isProject = PROJECT_FILE.test(name);
    await this.#needs.notices.attempt(async () => {
      const { api } = this.#needs;
      this.#requireSmall(name, file, isProject);
      await this.#needs.open(() =>
        isProject ? api.importProject(name, file) : api.upload(name, file),
      );
      this.#needs.notices.done(`Opened: ${this.#needs.piece.name}`);
      for (const warning of this.#needs.piece.detail?.warnings ?? [])
        this.#needs.notices.problem(warning);
    });
  }

  /** Send a MIDI file that new bars are to follow; null, with the reason told, if it is refused. */
  async sendToFollow(name: string, file: Blob): Promise<Followed | null> {
    let sent: Followed | null = null;
    await this.#needs.notices.attempt(async () => {
      this.#requireSmall(name, file, false);
      sent = await this.#needs.api.sendToFollow(name, file);
    });
    return sent;
  }

  /** Put a project into the trash folder and go to another. */
  async remove(id: string): Promise<void> {
    await this.#needs.notices.attempt(async () => {
      await this.#needs.api.removeProject(id);
      this.#needs.notices.done(
        "Moved to the trash folder beside your pieces; nothing is destroyed.",
      );
      this.projects = await this.#needs.api.projects();
      if (id === this.#needs.piece.id) await this.#needs.open(() => this.firstOf(""));
    });
  }

  async list(): Promise<void> {
    await this.#needs.notices.attempt(async () => {
      this.projects = await this.#needs.api.projects();
    });
  }

  async #open(find: () => Promise<Project>): Promise<void> {
    await this.#needs.notices.attempt(() => this.#needs.open(find));
  }

  #requireSmall(name: string, file: Blob, isProject: boolean): void {
    const limits = this.#needs.info()?.limits;
    const limit = (isProject ? limits?.project_bytes : limits?.upload_bytes) ?? file.size;
    if (file.size <= limit) return;
    const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
    const most = `${name} has ${mb(file.size)} MB, more than the ${mb(limit)} MB that are read`;
    throw new Error(
      isProject
        ? `${most} here: put it into the folder of your pieces.`
        : `${most} of a MIDI file. Is it really MIDI?`,
    );
  }
}

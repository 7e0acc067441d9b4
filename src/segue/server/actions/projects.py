"""Projects: listed, made, taken in, shown, renamed, deleted, copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.examples import example_path
from segue.midi import score_to_bytes
from segue.score import Score
from segue.server.actions.shelf import Shelf, new_node, summary_of
from segue.server.importing import checked, damage_told
from segue.server.problems import Problem
from segue.server.project_file import ProjectFile
from segue.server.schemas.projects import NewProject, Project, ProjectChange, ProjectSummary
from segue.server.workplace import working_folder
from segue.units import DEFAULT_TICKS_PER_QUARTER

__all__ = ["ProjectActions"]

_SUGGESTIONS_SHOWN: Final = 5
"""How many suggestions are sent with a project; those being written are among them."""


class ProjectActions:
    """What can be done with projects."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._shelf.projects.folder

    def list(self) -> list[ProjectSummary]:
        """Every project of the folder, the one that was changed last first."""
        found = []
        for listed in self._shelf.projects.list():
            facts = listed.facts
            found.append(
                ProjectSummary(
                    id=listed.id,
                    name=facts.name if facts else listed.id,
                    created=facts.created if facts else "",
                    changed=facts.changed if facts else "",
                    n_nodes=facts.n_nodes if facts else 0,
                    problem=listed.problem,
                )
            )
        return sorted(found, key=lambda project: project.changed, reverse=True)

    def create(self, new: NewProject) -> Project:
        """A project from an example, or an empty one."""
        if new.example is None:
            empty = Score(ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER, tracks=())
            return self._create(new.name or "New piece", score_to_bytes(empty), "Nothing yet")
        midi = example_path(new.example).read_bytes()
        return self._create(new.name or new.example.capitalize(), midi, "The example")

    def upload(self, midi: bytes, name: str | None) -> Project:
        """A project from a musician's file.

        Raises:
            Problem: 413, it is larger than the studio takes.
            FormatError: it is not a MIDI file.
        """
        title = Path(name or "").stem or "My piece"
        return self._create(title, midi, "The file as it came")

    def take_in(self, data: bytes, name: str | None) -> Project:
        """A project from a copy of its file, under an id of its own.

        Raises:
            Problem: 413, it has more music than the studio takes.
            FormatError: it is not a project, is damaged, or a later Segue made it.
            InputError: the folder of projects cannot be written.
        """
        source = name or "the file"
        with _room_told(self.folder), checked(data, source, beside=self.folder) as file:
            with damage_told(source):
                self._require_words(file)
                current = file.midi(file.facts().current)
            self._shelf.documents.take_in(current, source)
            return self.project(self._shelf.projects.adopt(file))

    def project(self, project: str) -> Project:
        """A project's tree and its newest suggestions."""
        file = self._shelf.file(project)
        facts = file.facts()
        return Project(
            id=project,
            name=facts.name,
            created=facts.created,
            changed=facts.changed,
            current=facts.current,
            nodes=[summary_of(file, node) for node in file.nodes()],
            suggestions=[
                self._shelf.suggestion(project, file, row)
                for row in file.newest_suggestions(_SUGGESTIONS_SHOWN)
            ],
        )

    def change(self, project: str, change: ProjectChange) -> Project:
        """Another name, another current node."""
        file = self._shelf.file(project)
        if change.current is not None:
            try:
                file.go_to(change.current)
            except KeyError as error:
                raise Problem.missing(f"node {change.current} in this project") from error
        if change.name is not None:
            file.rename(change.name)
        return self.project(project)

    def delete(self, project: str) -> None:
        """Put a project into the trash."""
        self._shelf.suggesting.forget(project)
        try:
            self._shelf.projects.delete(project)
        except KeyError as error:
            raise Problem.missing(f"project {project!r}") from error

    @contextmanager
    def copied(self, project: str) -> Iterator[tuple[Path, str]]:
        """A copy of the project's file until the block ends, and what it may be called.

        Raises:
            InputError: there is no room for a copy.
        """
        file = self._shelf.file(project)
        with (
            self._shelf.projects.beside() as place,
            _room_told(place),
            working_folder(place) as folder,
        ):
            target = folder / "copy.segue"
            file.copy(target)
            yield target, file.facts().name

    def _create(self, name: str, midi: bytes, label: str) -> Project:
        document = self._shelf.documents.take_in(midi, name)
        root = new_node("root", label, midi, document)
        return self.project(self._shelf.projects.create(name[:200], root))

    def _require_words(self, file: ProjectFile) -> None:
        """Check that all suggestions can be sent: read one after another, none is kept."""
        for node in file.nodes():
            summary_of(file, node)
        for number in file.suggestion_numbers():
            self._shelf.suggestion("", file, file.suggestion(number))


@contextmanager
def _room_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}") from error

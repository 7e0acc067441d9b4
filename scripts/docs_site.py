"""A hook of mkdocs.yml: what a page links to outside `docs/` is named instead, as a path.

In the repository those links lead to files; the site has only what is in `docs/`.
"""

import posixpath
import re
from typing import Any

LINK = re.compile(r"\[([^\]]*)\]\((\.\.?/[^)\s]*)\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Called by MkDocs for each page: the text that is rendered."""
    folder = posixpath.dirname(page.file.src_uri)

    def shown(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs", folder, link[2]))
        if target.startswith("docs/"):
            return link[0]
        return f"`{target}`" if link[1] in target else f"{link[1]} (`{target}`)"

    return LINK.sub(shown, markdown)

"""What the studio can do with projects, nodes and suggestions: a module each, a method an action.

Routes call these and hold no logic. Methods block (on SQLite, on parsing) and are called in
threads; `Problem` and `InputError` are what they raise.
"""

from segue.server.actions.comps import CompActions
from segue.server.actions.followed import FollowActions
from segue.server.actions.nodes import NodeActions
from segue.server.actions.projects import ProjectActions
from segue.server.actions.suggestions import SuggestionActions

__all__ = ["CompActions", "FollowActions", "NodeActions", "ProjectActions", "SuggestionActions"]

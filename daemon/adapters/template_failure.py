"""Where a template's mistake is: its file and line, whatever was raised.

Only what a template can cause is taken; any other exception passes as the bug that it is.
"""

from __future__ import annotations

from types import TracebackType

from jinja2 import Template, TemplateError, TemplateNotFound, TemplateSyntaxError

from daemon.errors import TemplateFailed

# What a mistake in a template raises while it runs; everything else is a bug of ours. Python
# itself refuses (SyntaxError) what is nested too deep.
MISTAKES = (
    TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError,
    RecursionError, SyntaxError,
)  # fmt: skip


class naming:
    """Within it, a template's mistake is raised as `TemplateFailed` with its file and line.

    Args:
        name: The template that is meant where the mistake itself names none.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, MISTAKES):
            file, line = _place(error, trace, self.name)
            raise TemplateFailed(file=file, line=line, sentence=_sentence(error)) from error


def _place(error: BaseException, trace: TracebackType | None, name: str) -> tuple[str, int]:
    if isinstance(error, TemplateSyntaxError):
        return error.name or name, error.lineno
    file, line = name, 0
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            file, line = template.name or name, template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return file, line


def _sentence(error: BaseException) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no file {error.name!r}"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8: {error}"
    return str(error) or type(error).__name__
